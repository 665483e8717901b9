using AttentionGen.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static AttentionGen.Tests.TestServices;

namespace AttentionGen.Tests;

/// <summary>What is wrong with options, and how it is said: the key, the value, what is accepted, the remedy.</summary>
public sealed class OptionFailureTests
{
    private static readonly string s_registered = string.Join(", ", AttentionRegistry.Backends.Select(static backend => backend.Name));

    public static TheoryData<string, string> Failures => new()
    {
        { """{ "Backend": "FLASH_ATN" }""", $"Attention:Backend is 'FLASH_ATN', which is not the name of an attention backend. Did you mean 'FLASH_ATTN'? Accepted: {s_registered}, auto." },
        { """{ "Backend": "FLASHMLA" }""", $"Attention:Backend is 'FLASHMLA', and no class in this application serves it. Accepted: {s_registered}, auto. Reference the package that brings it, or name another." },
        { """{ "Rules": "vlm" }""", $"Attention:Rules is 'vlm'. Accepted: {string.Join(", ", RulesByName.Names)}. Correct it, or remove it for the default." },
        { """{ "Availability": "1" }""", "Attention:Availability is '1'. Accepted: declared, loadable, probed. Correct it, or remove it for the default." },
        { """{ "Tuning": true }""", "Attention:Tuning is 'True'. Accepted: off, measured. Correct it, or remove it for the default." },
        { """{ "CacheDirectory": "/cache", "Availability": "loadable" }""", "Attention:CacheDirectory is '/cache', and nothing is read or kept there. Accepted: a folder together with Availability 'probed' or Tuning 'measured'. Set one of them, or remove the folder." },
        { """{ "Disabled": [ "quantum" ] }""", $"Attention:Disabled:0 is 'quantum', which is not the name of an attention backend. Accepted: {s_registered}. Correct it, or remove it." },
        { """{ "Disabled": "XFORMERS" }""", "Attention:Disabled is 'XFORMERS'. Accepted: a list of names of backends. Write a list, as an environment variable Attention__Disabled__0." },
        { """{ "Backend": "XFORMERS", "Disabled": [ "xformers" ] }""", "Attention:Disabled:0 is 'xformers', and Attention:Backend chooses it. Accepted: one of the two. Remove the other." },
        { """{ "Backend": { "Name": "XFORMERS" } }""", "Attention:Backend:Name is 'XFORMERS', below an option that is a text. Accepted: one text as Attention:Backend. Remove what is below it." },
        { """{ "Bakend": "XFORMERS" }""", "Attention:Bakend is 'XFORMERS', and there is no such option. Accepted: Backend, Choices, Disabled, Rules, Availability, Tuning, CacheDirectory. Correct the key, or remove it." },
        { """ "XFORMERS" """, "Attention is 'XFORMERS'. Accepted: an object with the keys Backend, Choices, Disabled, Rules, Availability, Tuning, CacheDirectory. Write the options below it." },
        { """{ "Choices": "XFORMERS" }""", "Attention:Choices is 'XFORMERS'. Accepted: a list of objects with a Backend. Write a list, as an environment variable Attention__Choices__0." },
        { """{ "Choices": [ { "Layers": "3-1", "Backend": "XFORMERS" } ] }""", "Attention:Choices:0:Layers is '3-1'. Accepted: numbers from 0 and ranges, parted by commas, for example 0-3,7. Correct it, or remove it to choose for all layers." },
        { """{ "Choices": [ { "Layer": "3", "Phase": "Decode", "Backend": "XFORMERS" } ] }""", "Attention:Choices:0:Layer is '3', and there is no such option. Accepted: Backend, Layers, LayerKind, Phase. Correct the key, or remove it." },
        { """{ "Choices": [ { "LayerKind": "1", "Backend": "XFORMERS" } ] }""", $"Attention:Choices:0:LayerKind is '1'. Accepted: {string.Join(", ", Enum.GetNames<AttentionLayerKind>())}. Correct it, or remove it to choose for all kinds." },
        { """{ "Choices": [ { "Phase": "any", "Backend": "XFORMERS" } ] }""", "Attention:Choices:0:Phase is 'any'. Accepted: Prefill, Decode, Draft. Correct it, or remove it to choose for all phases." },
        { """{ "Choices": [ { "Phase": "Decode" } ] }""", "Attention:Choices:0:Backend is missing. Accepted: the name of a registered backend, or auto. Name the backend of this choice, or remove the choice." },
        { """{ "Choices": [ { "Backend": "XFORMERS" } ] }""", "Attention:Choices:0:Backend is 'XFORMERS', for no part of the model in particular. Accepted: a choice with Layers, LayerKind or Phase. Add one of them, or set Backend, which holds for everything." },
        { """{ "Choices": [ { "Layers": "0-3", "Backend": "XFORMERS" }, { "Layers": "3,9", "Backend": "FLASH_ATTN" } ] }""", "Attention:Choices:1:Backend is 'FLASH_ATTN': FLASH_ATTN for layers 3,9; and Attention:Choices:0:Backend is 'XFORMERS': XFORMERS for layers 0-3. Accepted: one backend for each part of the model. Remove one of them, or make one more specific." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_says_key_value_what_is_accepted_and_the_remedy(string options, string expected) =>
        Assert.Equal([expected], FailuresOf(Json(options)));

    [Fact]
    public void All_failures_are_reported_at_once()
    {
        string[] failures = [.. FailuresOf(Json("""{ "Backend": "A", "Rules": "B", "Disabled": [ "C", "D" ], "E": "F", "Choices": [ { "Layers": "x", "Phase": "y" } ] }"""))];

        Assert.Equal(
            ["Attention:E is", "Attention:Rules is", "Attention:Choices:0:Layers is", "Attention:Choices:0:Phase is", "Attention:Choices:0:Backend is", "Attention:Backend is", "Attention:Disabled:0 is", "Attention:Disabled:1 is"],
            failures.Select(static failure => string.Join(' ', failure.Split(' ').Take(2))));
    }

    [Fact]
    public void An_option_that_code_has_set_is_named_by_its_property() =>
        Assert.StartsWith(
            "AttentionOptions.Choices[0].Layers is 'x'.",
            Assert.Single(FailuresOf(static services => services.AddAttention(
                AttentionRegistry.Instance, static options => options.Choices.Add(new() { Layers = "x", Backend = "XFORMERS" })))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ }""")]
    [InlineData("""{ "Backend": " ", "Choices": [], "Disabled": [], "Rules": null }""")]
    [InlineData("""{ "backend": " Auto ", "choices": [ { "layers": "0", "backend": "auto" }, { "layers": "1-2", "backend": "XFORMERS" } ] }""")]
    [InlineData("""{ "Choices": [ { "Layers": "0-3", "Backend": "xformers" }, { "Layers": "3,9", "Backend": "XFORMERS" }, { "Layers": "3", "Phase": "Decode", "Backend": "FLASH_ATTN" } ] }""")]
    [InlineData("""{ "Disabled": [ "FLASHMLA" ] }""")]
    [InlineData("""{ "Rules": "VLLM", "Availability": "Probed", "Tuning": "Measured", "CacheDirectory": "/cache" }""")]
    public void What_is_right_passes(string options)
    {
        using ServiceProvider services = Provide(Json(options));
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public async Task A_host_with_wrong_options_does_not_start()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Attention:Backend"] = "FLASH_ATN";
        builder.Services.AddAttention(AttentionRegistry.Instance, builder.Configuration.GetSection("Attention"));
        using IHost host = builder.Build();

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Did you mean 'FLASH_ATTN'?", error.Message, StringComparison.Ordinal);
    }
}
