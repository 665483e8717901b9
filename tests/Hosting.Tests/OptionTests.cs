using AttentionGen.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static AttentionGen.Tests.TestServices;

namespace AttentionGen.Tests;

/// <summary>What options do, wherever they come from.</summary>
public sealed class OptionTests
{
    private const string AllOptions = """
        {
          "Backend": "xformers",
          "Choices": [
            { "Layers": "0-3,7", "Backend": "FLEX_ATTENTION" },
            { "LayerKind": "slidingwindow", "Backend": "FLASH_ATTN" },
            { "Phase": "Prefill", "Backend": "TORCH_SDPA" },
            { "Layers": "5", "Phase": "decode", "Backend": "auto" }
          ],
          "Disabled": [ "TREE_ATTN" ],
          "Rules": "Default"
        }
        """;

    [Fact]
    public void Json_is_bound_to_every_option()
    {
        using ServiceProvider services = Provide(Json(AllOptions));
        AttentionOptions options = services.GetRequiredService<IOptions<AttentionOptions>>().Value;

        Assert.Equal(("xformers", "Default"), (options.Backend, options.Rules));
        Assert.Equal(["TREE_ATTN"], options.Disabled);
        Assert.Equal(
            [
                ("FLEX_ATTENTION", "0-3,7", null, null), ("FLASH_ATTN", null, "slidingwindow", null),
                ("TORCH_SDPA", null, null, "Prefill"), ("auto", "5", null, "decode"),
            ],
            options.Choices.Select(static choice => (choice.Backend, choice.Layers, choice.LayerKind, choice.Phase)));
    }

    [Theory]
    [InlineData(0, AttentionPhase.Decode, AttentionFeatures.None, "FLEX_ATTENTION")]
    [InlineData(7, AttentionPhase.Prefill, AttentionFeatures.SlidingWindow, "FLEX_ATTENTION")]
    [InlineData(4, AttentionPhase.Decode, AttentionFeatures.SlidingWindow, "FLASH_ATTN")]
    [InlineData(4, AttentionPhase.Prefill, AttentionFeatures.None, "TORCH_SDPA")]
    [InlineData(4, AttentionPhase.Decode, AttentionFeatures.None, "XFORMERS")]
    [InlineData(5, AttentionPhase.Decode, AttentionFeatures.None, "TORCH_SDPA")]
    public void The_most_specific_choice_holds(int layer, AttentionPhase phase, AttentionFeatures features, string expected)
    {
        using ServiceProvider services = Provide(Json(AllOptions));

        Assert.Equal(expected, services.Select(Request with { Layer = layer, Phase = phase, Features = features }));
    }

    [Fact]
    public void Keys_and_code_add_up()
    {
        using ServiceProvider services = Provide(collection => collection
            .AddAttention(AttentionRegistry.Instance, Keys(("Backend", "XFORMERS"), ("disabled:0", "TORCH_SDPA")))
            .AddAttention(AttentionRegistry.Instance, static options => options.Choices.Add(new() { Layers = "1", Backend = "FLASH_ATTN" })));

        Assert.Equal("XFORMERS", services.Select(Request with { Layer = 0 }));
        Assert.Equal("FLASH_ATTN", services.Select(Request with { Layer = 1 }));
    }

    [Fact]
    public void A_disabled_backend_is_not_picked()
    {
        using ServiceProvider services = Provide(Json("""{ "Disabled": [ "torch_sdpa", "TORCH_SDPA", " flash_attn " ] }"""));

        Selection selection = services.GetRequiredService<IAttentionSelector>().Select(Request);

        Assert.Equal("FLEX_ATTENTION", selection.Backend.Name);
        Assert.Equal(ReasonCode.Disabled, Assert.Single(selection.Candidates.Single(static candidate => candidate.Name == "TORCH_SDPA").Reasons).Code);
        Assert.Throws<BackendSelectionException>(() => services.Select(Request with { Backend = "TORCH_SDPA" }));
    }

    [Fact]
    public void The_request_comes_before_the_configuration_before_the_environment_before_the_ranking()
    {
        using ServiceProvider ranked = Fresh("");
        Assert.Equal("TORCH_SDPA", ranked.Select(Request));
        try
        {
            Environment.SetEnvironmentVariable("ATTENTION_BACKEND", "FLASH_ATTN");
            using ServiceProvider configured = Fresh("XFORMERS"), automatic = Fresh("auto"), open = Fresh("");

            Assert.Equal("FLEX_ATTENTION", configured.Select(Request with { Backend = "FLEX_ATTENTION" }));
            Assert.Equal("XFORMERS", configured.Select(Request));
            Assert.Equal("TORCH_SDPA", automatic.Select(Request));
            Assert.Equal("FLASH_ATTN", open.Select(Request));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ATTENTION_BACKEND", null);
        }

        static ServiceProvider Fresh(string backend) => Provide(services => services.AddAttention(new FreshRegistry(), Keys(("Backend", backend))));
    }

    [Fact]
    public void A_named_backend_is_refused_and_not_replaced()
    {
        using ServiceProvider services = Provide(Keys(("Backend", "FLASH_ATTN")));

        BackendSelectionException error = Assert.Throws<BackendSelectionException>(
            () => services.Select(Request with { Features = AttentionFeatures.ScoreFunctions }));
        Assert.StartsWith("FLASH_ATTN (named by the configuration) cannot serve the request: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_the_configuration_waits_for_the_next_start()
    {
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection([new("Attention:Backend", "XFORMERS")]).Build();
        using ServiceProvider services = Provide(root.GetSection("Attention"));
        Assert.Equal("XFORMERS", services.Select(Request));

        root["Attention:Backend"] = "FLASH_ATTN";
        root.Reload();

        Assert.Equal("XFORMERS", services.Select(Request));
    }
}
