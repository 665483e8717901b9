using System.Runtime.CompilerServices;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace AttentionGen.Tests;

/// <summary>What an edit makes the generator compute again.</summary>
public sealed class IncrementalTests
{
    private const string Source = """
        namespace Chat;

        [AttentionGen.AttentionBackend("CHAT")]
        internal sealed class Chat : AttentionGen.IAttentionBackend;
        """;

    [Fact]
    public void An_edit_elsewhere_changes_nothing()
    {
        GeneratorRun run = After(static program => program.AddSyntaxTrees(Parse("internal sealed class Unrelated;", "Other.cs")));

        AssertReason(run, TrackingNames.Declarations, Cached, Unchanged);
        AssertReason(run, TrackingNames.CompilationModel, Unchanged);
        AssertReason(run, TrackingNames.Diagnostics, Cached);
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void A_comment_in_the_class_moves_its_location_and_nothing_else()
    {
        GeneratorRun run = After(static program => Replace(program, Source.Replace("namespace Chat;", "namespace Chat;\n// A comment.", StringComparison.Ordinal)));

        AssertReason(run, TrackingNames.Declarations, Modified);
        AssertReason(run, TrackingNames.Backends, Cached);
        AssertReason(run, TrackingNames.Manifest, Cached);
        AssertReason(run, TrackingNames.Registry, Cached);
        AssertReason(run, TrackingNames.Diagnostics, Unchanged);
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void A_member_in_the_class_changes_no_model()
    {
        GeneratorRun run = After(static program => Replace(program, Source.Replace("IAttentionBackend;", "IAttentionBackend { public int Size => 1; }", StringComparison.Ordinal)));

        AssertReason(run, TrackingNames.Backends, Cached);
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void A_new_backend_changes_manifest_and_registry()
    {
        GeneratorRun run = After(static program => program.AddSyntaxTrees(
            Parse("""[AttentionGen.AttentionBackend("NEW")] internal sealed class New : AttentionGen.IAttentionBackend;""", "New.cs")));

        Assert.Equal([New, Cached], run.Reasons(TrackingNames.Declarations).Order());
        AssertReason(run, TrackingNames.Manifest, Modified);
        AssertReason(run, TrackingNames.Registry, Modified);
        AssertReason(run, TrackingNames.Diagnostics, Unchanged);
    }

    [Fact]
    public void A_renamed_class_changes_manifest_and_registry()
    {
        GeneratorRun run = After(static program => Replace(program, Source.Replace("class Chat", "class Renamed", StringComparison.Ordinal)));

        AssertReason(run, TrackingNames.Backends, Modified);
        AssertReason(run, TrackingNames.Manifest, Modified);
        Assert.Contains("new global::Chat.Renamed()", run.File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_duplicate_changes_what_is_reported_and_no_code()
    {
        GeneratorRun run = After(static program => program.AddSyntaxTrees(
            Parse("""[AttentionGen.AttentionBackend("CHAT")] internal sealed class ZDuplicate : AttentionGen.IAttentionBackend;""", "Zebra.cs")));

        Assert.Equal(["ATTN0006"], run.DiagnosticIds);
        AssertReason(run, TrackingNames.Diagnostics, Modified);
        AssertReason(run, TrackingNames.Manifest, Unchanged);
        AssertReason(run, TrackingNames.Registry, Cached);
    }

    [Fact]
    public void A_new_reference_changes_the_registry_and_not_the_manifest()
    {
        GeneratorRun run = After(static program => program.AddReferences(
            Programs.Reference("Acme", """[AttentionGen.AttentionBackend("ACME")] internal sealed class Acme : AttentionGen.IAttentionBackend;""")));

        AssertReason(run, TrackingNames.CompilationModel, Modified);
        AssertReason(run, TrackingNames.Manifest, Cached);
        AssertReason(run, TrackingNames.Registry, Modified);
    }

    [Fact]
    public void A_reference_without_backends_changes_nothing()
    {
        GeneratorRun run = After(static program => program.AddReferences(Programs.Reference("Plain", "public sealed class Plain;")));

        AssertReason(run, TrackingNames.CompilationModel, Unchanged);
        Assert.All(run.OutputReasons(), static reason => Assert.Equal(Cached, reason));
    }

    [Fact]
    public void A_copy_of_the_program_is_all_cached_also_where_something_is_reported() =>
        CloneRun.AssertAllCached(GeneratorRun.Of(Programs.Application("Chat", Source + """

            [AttentionGen.AttentionBackend("CHAT", Override = true)]
            internal sealed class Duplicate : AttentionGen.IAttentionBackend;
            """)));

    [Fact]
    public void Every_step_is_tracked() =>
        Assert.Empty(CloneRun.TrackingNames.Except(GeneratorRun.Of(Programs.Application("Chat", Source)).Result.TrackedSteps.Keys));

    [Fact]
    public void No_compilation_is_kept_but_the_last()
    {
        (GeneratorRun run, WeakReference[] compilations) = EditEightTimes();
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.DoesNotContain(compilations[..^1], static compilation => compilation.IsAlive);
        GC.KeepAlive(run);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (GeneratorRun Last, WeakReference[] Compilations) EditEightTimes()
    {
        List<WeakReference> compilations = [];
        Compilation program = Programs.Application("Chat", Source);
        GeneratorRun run = GeneratorRun.Of(program);
        for (int i = 0; i < 8; i++)
        {
            compilations.Add(new WeakReference(run.Input));
            compilations.Add(new WeakReference(run.Output));
            program = Replace(program, $"// {i}\n{Source}");
            run = run.Then(program);
        }

        return (run, [.. compilations, new WeakReference(run.Input)]);
    }

    private static GeneratorRun After(Func<Compilation, Compilation> edit)
    {
        Compilation program = Programs.Application("Chat", Source);
        return GeneratorRun.Of(program).Then(edit(program));
    }

    private static Compilation Replace(Compilation program, string source) =>
        program.ReplaceSyntaxTree(program.SyntaxTrees.First(), Parse(source, "File0.cs"));

    private static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, Programs.ParseOptions, path);

    private static void AssertReason(GeneratorRun run, string step, params IncrementalStepRunReason[] allowed) =>
        Assert.All(run.Reasons(step), reason => Assert.Contains(reason, allowed));
}
