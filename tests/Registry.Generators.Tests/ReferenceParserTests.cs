using AttentionGen.Generators;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

/// <summary>Which references are opened: each edit pays for every one.</summary>
public sealed class ReferenceParserTests
{
    private const string Backend =
        """[AttentionGen.AttentionBackend("{0}")] internal sealed class Attention : AttentionGen.IAttentionBackend;""";

    [Fact]
    public void Only_the_attributes_of_assemblies_that_reference_the_library_are_read()
    {
        MetadataReference[] unrelated =
        [
            .. Enumerable.Range(0, 50).Select(static index => Programs.Reference($"Unrelated{index}", """
                [assembly: AttentionGen.RegisteredAttentionBackend(1, "FAKE", "T", "A.B", "X", false)]

                namespace AttentionGen
                {
                    [System.AttributeUsage(System.AttributeTargets.Assembly)]
                    internal sealed class RegisteredAttentionBackendAttribute(int version, string name, string type, string manifest, string member, bool isOverride) : System.Attribute
                    {
                        public object[] Arguments { get; } = [version, name, type, manifest, member, isOverride];
                    }
                }
                """)),
        ];
        Compilation program = Programs.Application("Chat", "", [
            .. unrelated,
            Programs.Reference("Acme", Source("ACME")),
            Programs.Reference("Zebra", Source("ZEBRA")),
            Programs.Reference("User", "public sealed class User { public AttentionGen.Backend Backend { get; set; } }"),
        ]);

        Assert.True(program.References.Count() > 200, "The framework and the unrelated assemblies are referenced.");
        Assert.Equal(
            ["Acme", "User", "Zebra"],
            ReferenceParser.FindDependents(program).Select(static assembly => assembly.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Acme", "Zebra"],
            ReferenceParser.Parse(program, TestContext.Current.CancellationToken).Select(static reference => reference.AssemblyName));
    }

    private static string Source(string name) => Backend.Replace("{0}", name, StringComparison.Ordinal);
}
