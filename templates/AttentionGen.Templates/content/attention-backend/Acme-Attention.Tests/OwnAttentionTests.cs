using AttentionGen;

namespace Acme.Attention.Tests;

/// <summary>ACME_ATTN against the definition in float64.</summary>
public sealed class OwnAttentionTests
{
    public static TheoryData<string, int[], int[]> Steps() => new()
    {
        { "prefill", [0, 0, 0], [5, 16, 33] },
        { "decode", [4, 16, 70], [1, 1, 1] },
        { "continued prefill", [3, 31], [9, 20] },
        { "mixed", [40, 0, 15, 7], [1, 12, 1, 6] },
        { "a request without a query", [20, 6], [0, 3] },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Attends_as_defined(string step, int[] computedTokens, int[] newTokens)
    {
        using TwoStepRun run = new(queryHeads: 8, keyValueHeads: 2, headSize: 64, pageSize: 16);

        Assert.True(run.LargestError(computedTokens, newTokens) < 1e-5, step);
    }

    [Theory]
    [InlineData(4, 4, 16, 1)]
    [InlineData(8, 1, 40, 8)]
    [InlineData(6, 3, 128, 32)]
    public void Serves_all_shapes(int queryHeads, int keyValueHeads, int headSize, int pageSize)
    {
        using TwoStepRun run = new(queryHeads, keyValueHeads, headSize, pageSize);

        Assert.True(run.LargestError([40, 0, 15], [1, 12, 6]) < 1e-5);
    }

    [Fact]
    public void Is_selected_when_it_is_named()
    {
        Selection selection = AttentionRegistry.Select(new AttentionRequest
        {
            Device = AttentionDevice.Cpu,
            ElementType = ElementType.Float32,
            HeadSize = 64,
            QueryHeads = 8,
            KeyValueHeads = 2,
            Backend = "ACME_ATTN",
        });

        using var backend = selection.Create<PagedAttentionBackend>();
        Assert.IsType<OwnAttentionBackend>(backend);
    }

    [Fact]
    public void Is_refused_for_what_it_does_not_declare()
    {
        AttentionRequest request = new()
        {
            Device = AttentionDevice.Cpu,
            ElementType = ElementType.BFloat16,
            HeadSize = 64,
            QueryHeads = 8,
            KeyValueHeads = 2,
            Backend = "ACME_ATTN",
        };

        Assert.Throws<BackendSelectionException>(() => AttentionRegistry.Select(request));
    }
}
