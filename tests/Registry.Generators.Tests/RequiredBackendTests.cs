using System.Globalization;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace AttentionGen.Tests;

/// <summary>The names that a build requires.</summary>
public sealed class RequiredBackendTests
{
    private const string Property = "AttentionGenRequiredBackends";

    private const string Sdpa =
        "[AttentionGen.AttentionBackend(AttentionGen.Backend.TorchSdpa)] internal sealed class Sdpa : AttentionGen.IAttentionBackend;";

    [Theory]
    [InlineData("TORCH_SDPA")]
    [InlineData("torch_sdpa;ACME_ATTN")]
    [InlineData(" ,ACME_ATTN , Torch_Sdpa,,")]
    [InlineData("")]
    [InlineData(" ; ")]
    public void Names_that_the_application_or_a_reference_serves_are_not_reported(string required) =>
        Assert.Empty(Run(required).Diagnostics);

    [Fact]
    public void A_known_name_that_nothing_serves_is_an_error_without_a_place()
    {
        Diagnostic diagnostic = Assert.Single(Run("TORCH_SDPA,FLASH_ATTN").Diagnostics);

        Assert.Equal("ATTN0010", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal(Location.None, diagnostic.Location);
        Assert.Equal(
            "The application requires backend 'FLASH_ATTN', but no class serves it; reference the package that brings it or put [AttentionBackend] on a class",
            Message(diagnostic));
    }

    [Theory]
    [InlineData("FLASHATN", "FLASH_ATTN")]
    [InlineData("acmeattn", "ACME_ATTN")]
    [InlineData("SPDA_TORCH", null)]
    [InlineData("OTHER_COMPANYS_ATTENTION", null)]
    public void An_unknown_name_is_an_error_that_says_which_is_nearest(string required, string? nearest)
    {
        Diagnostic diagnostic = Assert.Single(Run(required).Diagnostics);

        Assert.Equal("ATTN0010", diagnostic.Id);
        Assert.Equal(
            nearest is null
                ? $"The application requires backend '{required}', but no class serves it; reference the package that brings it or put [AttentionBackend] on a class"
                : $"The application requires backend '{required}', which is no in-tree name and which no class registers; the nearest name is '{nearest}', so correct AttentionGenRequire or reference the package that brings '{required}'",
            Message(diagnostic));
    }

    [Fact]
    public void Each_missing_name_is_reported_once() =>
        Assert.Equal(
            ["FLASHINFER", "FLASHMLA"],
            Run("FLASHINFER;FLASHMLA;TORCH_SDPA;flashinfer").Diagnostics.Select(static diagnostic => Message(diagnostic).Split('\'')[1]).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(null, false)]
    [InlineData("true", true)]
    public void A_library_is_checked_only_where_it_has_a_registry(string? registry, bool isChecked)
    {
        Compilation library = Programs.Library("Chat", Sdpa);
        GeneratorRun run = registry is null
            ? GeneratorRun.Of(library, (Property, "FLASH_ATTN"))
            : GeneratorRun.Of(library, (Property, "FLASH_ATTN"), ("AttentionGenRegistry", registry));

        Assert.Equal(isChecked ? ["ATTN0010"] : [], run.DiagnosticIds);
    }

    [Fact]
    public void A_change_of_the_list_changes_what_is_reported_and_no_code()
    {
        GeneratorRun first = Run("TORCH_SDPA");
        GeneratorRun run = first.Then((Property, "FLASH_ATTN"));

        Assert.Equal(["ATTN0010"], run.DiagnosticIds);
        Assert.Equal([Modified], run.Reasons(TrackingNames.Options));
        Assert.Equal([Modified], run.Reasons(TrackingNames.Diagnostics));
        Assert.Equal([Cached], run.Reasons(TrackingNames.Manifest));
        Assert.Equal([Unchanged], run.Reasons(TrackingNames.Registry));
        Assert.Equal(first.Result.GeneratedSources.Select(Text), run.Result.GeneratedSources.Select(Text));
    }

    [Fact]
    public void The_same_list_in_another_spelling_computes_nothing_anew()
    {
        GeneratorRun run = Run("TORCH_SDPA;FLASH_ATTN").Then((Property, " TORCH_SDPA,FLASH_ATTN,FLASH_ATTN"));

        Assert.Equal([Unchanged], run.Reasons(TrackingNames.Options));
        Assert.Equal([Cached], run.Reasons(TrackingNames.Diagnostics));
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void A_copy_of_the_program_is_all_cached_also_where_a_name_is_missing() =>
        CloneRun.AssertAllCached(Run("TORCH_SDPA;FLASH_ATTN"));

    private static GeneratorRun Run(string required) =>
        GeneratorRun.Of(
            Programs.Application("Chat", Sdpa, Programs.Reference(
                "Acme", """[AttentionGen.AttentionBackend("ACME_ATTN")] internal sealed class Acme : AttentionGen.IAttentionBackend;""")),
            (Property, required));

    private static string Text(GeneratedSourceResult source) => source.SourceText.ToString();

    private static string Message(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);
}
