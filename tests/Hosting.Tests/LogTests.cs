using AttentionGen.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static AttentionGen.Tests.TestServices;

namespace AttentionGen.Tests;

/// <summary>What is logged, once.</summary>
public sealed class LogTests : IDisposable
{
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_selection_is_logged_once_for_all_steps_and_layers()
    {
        using ServiceProvider services = Provide(Keys(), _log);
        for (int step = 0; step < 3; step++)
        {
            for (int layer = 0; layer < 4; layer++)
                services.Select(Request with { Layer = layer });
        }

        Assert.Equal(
            ["TORCH_SDPA for FullAttention, Float32, 8 query and 2 KV heads of 64 on cpu: best-ranked"],
            _log.At(LogLevel.Information));
        Assert.Equal(4, _log.At(LogLevel.Debug).Count());
        Assert.StartsWith(
            "Layer 0, FullAttention, Float32, 8 query and 2 KV heads of 64: TORCH_SDPA: the best-ranked backend that supports the request on cpu",
            _log.At(LogLevel.Debug).First(), StringComparison.Ordinal);
        Assert.All(_log.Lines, static line => Assert.Equal("AttentionGen.Selection", line.Category));
        Assert.Equal([1, 2, 2, 2, 2], _log.Lines.Select(static line => line.Event).Order());
    }

    [Fact]
    public void The_log_says_why_the_better_ranked_were_not_picked_and_who_named_a_backend()
    {
        using ServiceProvider services = Provide(Json("""{ "Disabled": [ "TORCH_SDPA" ], "Choices": [ { "Phase": "Prefill", "Backend": "XFORMERS" } ] }"""), _log);
        services.Select(Request with { Phase = AttentionPhase.Decode, PageSize = 16 });
        services.Select(Request with { Phase = AttentionPhase.Prefill });
        services.Select(Request with { Backend = "FLEX_ATTENTION" });

        Assert.Equal(
            [
                "FLASH_ATTN for FullAttention, Float32, 8 query and 2 KV heads of 64, pages of 16, Decode on cpu: best-ranked; not TORCH_SDPA: disabled",
                "XFORMERS for FullAttention, Float32, 8 query and 2 KV heads of 64, Prefill on cpu: named by the configuration",
                "FLEX_ATTENTION for FullAttention, Float32, 8 query and 2 KV heads of 64 on cpu: named by the request",
            ],
            _log.At(LogLevel.Information));
    }

    [Fact]
    public void A_refusal_is_logged_once_and_thrown_each_time()
    {
        using ServiceProvider services = Provide(Keys(), _log);
        AttentionRequest refused = Request with { ElementType = ElementType.Boolean };
        for (int i = 0; i < 3; i++)
            Assert.Throws<BackendSelectionException>(() => services.Select(refused));

        (_, LogLevel level, int id, string text) = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Error, 4), (level, id));
        Assert.StartsWith("No backend for FullAttention, Boolean, 8 query and 2 KV heads of 64 on cpu: No registered backend supports the request on cpu.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_size_that_alone_precludes_a_better_backend_is_a_warning()
    {
        using ServiceProvider services = Provide(Keys(), _log);
        AttentionRequest request = Request with { Device = new AttentionDevice(DeviceKind.Xpu) };
        services.Select(request with { PageSize = 64 });
        Assert.Empty(_log.At(LogLevel.Warning));

        services.Select(request with { PageSize = 16 });
        services.Select(request with { PageSize = 16, Layer = 3 });

        Assert.Equal(
            ["The page size 16 alone keeps PAGED_ATTN from being picked before UNPAGED_ATTN for FullAttention, Float32, 8 query and 2 KV heads of 64, pages of 16. Choose another page size, or none to let the backend choose."],
            _log.At(LogLevel.Warning));
    }

    [Fact]
    public void A_backend_that_cannot_be_used_is_a_warning_and_is_not_picked()
    {
        using ServiceProvider services = Provide(
            static collection => collection.AddSingleton<IDeviceKnowledge>(StubKnowledge.Failing("TORCH_SDPA"))
                .AddAttention(AttentionRegistry.Instance, Keys(("Availability", "probed"))), _log);
        for (int layer = 0; layer < 3; layer++)
            Assert.Equal("FLASH_ATTN", services.Select(Request with { Layer = layer }));

        Assert.Equal([(LogLevel.Warning, 6, "TORCH_SDPA cannot be used on cpu: probe failed: asked for a probe, accepts nothing; mend it")],
            _log.Lines.Where(static line => line.Level == LogLevel.Warning).Select(static line => (line.Level, line.Event, line.Text)));
        Assert.Equal("While backends were looked at: a note", _log.At(LogLevel.Information).First());
        Assert.EndsWith("best-ranked; not TORCH_SDPA: probe failed", Assert.Single(_log.At(LogLevel.Information).Skip(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Why_no_measured_ranking_is_used_is_logged_once()
    {
        using ServiceProvider services = Provide(
            static collection => collection.AddSingleton<IDeviceKnowledge>(new StubKnowledge()).AddAttention(AttentionRegistry.Instance, Keys(("Tuning", "measured"))), _log);
        services.Select(Request);
        services.Select(Request with { Layer = 1 });

        Assert.Equal("No measured ranking is used on cpu, the order of the rules holds. Nothing was measured.", _log.At(LogLevel.Information).First());
        Assert.Single(_log.Lines, static line => line.Event == 5);
    }

    [Fact]
    public void Logging_is_not_needed()
    {
        using ServiceProvider services = Provide(Keys());

        Assert.Equal("TORCH_SDPA", services.Select(Request));
    }
}
