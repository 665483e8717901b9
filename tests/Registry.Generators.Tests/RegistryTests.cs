using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

public sealed class RegistryTests
{
    private const string PlugIn = """
        [AttentionGen.AttentionBackend("ACME_ATTN")]
        internal sealed class AcmeAttention : AttentionGen.IAttentionBackend;

        [AttentionGen.AttentionBackend(AttentionGen.Backend.TorchSdpa)]
        internal sealed class Sdpa : AttentionGen.IAttentionBackend;
        """;

    private const string Own = """
        [AttentionGen.AttentionBackend(AttentionGen.Backend.FlashAttn)]
        [AttentionGen.AttentionSupport(AttentionGen.DeviceKind.Cpu, ElementTypes = AttentionGen.ElementTypes.Float32)]
        internal sealed class FlashAttention : AttentionGen.IAttentionBackend;
        """;

    [Fact]
    public void An_application_gets_a_registry_of_its_own_and_of_referenced_backends()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", Own, Programs.Reference("Acme.Attention", PlugIn)));

        Assert.Empty(run.Diagnostics);
        Snapshot.Verify(run, this);
    }

    [Fact]
    public void An_application_without_backends_gets_a_registry_that_parses()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", ""));

        Assert.Empty(run.Diagnostics);
        Snapshot.Verify(run, this);
    }

    [Fact]
    public void A_referenced_project_gives_what_the_built_assembly_gives()
    {
        MetadataReference built = Programs.Reference("Acme.Attention", PlugIn);
        MetadataReference project = GeneratorRun.Of(Programs.Library("Acme.Attention", PlugIn)).Output.ToMetadataReference();

        Assert.Equal(
            GeneratorRun.Of(Programs.Application("Chat", Own, built)).File("AttentionRegistry.g.cs"),
            GeneratorRun.Of(Programs.Application("Chat", Own, project)).AssertCompilesWithoutWarnings().File("AttentionRegistry.g.cs"));
    }

    [Fact]
    public void A_part_of_the_user_makes_the_registry_public()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", """
            namespace Chat;

            /// <summary>The backends of this application.</summary>
            public static partial class AttentionRegistry
            {
                /// <summary>Uses a generated member.</summary>
                public static int Count => Backends.Length;
            }
            """));

        run.AssertCompilesWithoutWarnings();
        Assert.Equal(Accessibility.Public, run.Output.GetTypeByMetadataName("Chat.AttentionRegistry")!.DeclaredAccessibility);
    }

    [Theory]
    [InlineData(OutputKind.ConsoleApplication, null, true)]
    [InlineData(OutputKind.ConsoleApplication, "false", false)]
    [InlineData(OutputKind.ConsoleApplication, "", true)]
    [InlineData(OutputKind.DynamicallyLinkedLibrary, null, false)]
    [InlineData(OutputKind.DynamicallyLinkedLibrary, "True", true)]
    [InlineData(OutputKind.DynamicallyLinkedLibrary, "perhaps", false)]
    public void Applications_get_a_registry_unless_the_build_says_otherwise(OutputKind kind, string? property, bool expected)
    {
        Compilation program = Programs.Create("Chat", kind, ["internal static class Program { private static void Main() { } }"], []);
        GeneratorRun run = property is null ? GeneratorRun.Of(program) : GeneratorRun.Of(program, ("AttentionGenRegistry", property));

        Assert.Equal(expected, run.File("AttentionRegistry.g.cs") is not null);
    }

    [Fact]
    public void A_program_that_does_not_reference_the_library_gets_nothing()
    {
        Compilation program = Programs.Application("Chat", "");
        program = program.RemoveReferences(program.References.Where(static reference => reference.Display?.EndsWith("AttentionGen.dll", StringComparison.Ordinal) == true));

        Assert.Empty(GeneratorRun.Of(program).AssertCompilesWithoutWarnings().Result.GeneratedSources);
    }

    [Theory]
    [InlineData("Chat", "My.Root", "namespace My.Root")]
    [InlineData("Chat", "", "namespace Chat")]
    [InlineData("Chat-App", null, "namespace Chat_App")]
    [InlineData("3d.class", null, "namespace _3d.@class")]
    [InlineData("Größe.Ж", null, "namespace Größe.Ж")]
    [InlineData("a b.\u200Dc", null, "namespace a_b.__c")]
    public void The_namespace_is_the_root_namespace_or_made_from_the_assembly_name(string assemblyName, string? rootNamespace, string expected)
    {
        Compilation program = Programs.Application(assemblyName, Own, Programs.Reference("Acme.Attention", PlugIn));
        GeneratorRun run = rootNamespace is null ? GeneratorRun.Of(program) : GeneratorRun.Of(program, ("RootNamespace", rootNamespace));

        run.AssertCompilesWithoutWarnings();
        Assert.Contains($"\n{expected}\n", run.File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Assemblies_whose_names_become_one_identifier_keep_their_manifests_apart()
    {
        MetadataReference[] plugIns =
        [
            .. new[] { "a-b", "a_b", "a b", "1.class", "Ж-Ω" }.Select(static (name, index) =>
                Programs.Reference(name, $"""[AttentionGen.AttentionBackend("ATTN_{index}")] internal sealed class Attention : AttentionGen.IAttentionBackend;""")),
        ];

        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", "", plugIns));

        Assert.Empty(run.Diagnostics);
        run.AssertCompilesWithoutWarnings();
        Assert.All(Enumerable.Range(0, 5), index => Assert.Contains($"CreateAttn{index}()", run.File("AttentionRegistry.g.cs"), StringComparison.Ordinal));
    }

    [Fact]
    public void An_assembly_under_an_extern_alias_alone_is_left_out()
    {
        MetadataReference plugIn = Programs.Reference("Acme.Attention", PlugIn);
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", "", plugIn.WithAliases(["acme"])));

        run.AssertCompilesWithoutWarnings();
        Assert.DoesNotContain("Acme", run.File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_written_by_hand_put_no_text_into_the_registry()
    {
        Compilation plugIn = Programs.Library("Evil", """
            [assembly: AttentionGen.RegisteredAttentionBackend(1, "BAD_MANIFEST", "T", "A.B(); evil", "X", false)]
            [assembly: AttentionGen.RegisteredAttentionBackend(1, "BAD_MEMBER", "T", "A.B", "X(); evil", false)]
            [assembly: AttentionGen.RegisteredAttentionBackend(1, "BAD\" NAME", "T", "A.B", "X", false)]
            [assembly: AttentionGen.RegisteredAttentionBackend(1, null!, null!, null!, null!, false)]
            """);
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", "", plugIn.ToMetadataReference()));

        run.AssertCompilesWithoutWarnings();
        Assert.Equal(GeneratorRun.Of(Programs.Application("Chat", "")).File("AttentionRegistry.g.cs"), run.File("AttentionRegistry.g.cs"));
    }

    [Fact]
    public void Every_in_tree_name_comes_from_the_enum()
    {
        string names = GeneratorRun.Of(Programs.Application("Chat", "")).File("AttentionRegistry.Names.g.cs")!;
        foreach (Backend backend in Enum.GetValues<Backend>())
        {
            // System.Text.Json is the independent reader of the attribute that holds the text form.
            string text = System.Text.Json.JsonSerializer.Serialize(backend, s_json);
            Assert.Contains($"global::AttentionGen.Backend.{backend} => {text},", names, StringComparison.Ordinal);
        }
    }

    private static readonly System.Text.Json.JsonSerializerOptions s_json =
        new() { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter<Backend>() } };
}
