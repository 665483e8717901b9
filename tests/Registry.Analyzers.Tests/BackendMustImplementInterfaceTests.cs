using AttentionGen.Generators;
using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendMustImplementInterfaceAnalyzer>;
using Fix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendMustImplementInterfaceAnalyzer,
    AttentionGen.CodeFixes.ImplementInterfaceCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendMustImplementInterfaceTests
{
    private const string PagedBackend =
        """


        namespace AttentionGen
        {
            public abstract class PagedAttentionBackend : IAttentionBackend;
        }
        """;

    [Fact]
    public Task Class_without_the_interface_is_reported_with_its_name() =>
        Analyzer.RunAsync(
            """
            [AttentionGen.AttentionBackend("ACME")]
            class {|#0:Acme|};
            """,
            new DiagnosticResult(new BackendMustImplementInterfaceAnalyzer().SupportedDiagnostics[0]).WithLocation(0)
                .WithMessage("'Acme' carries [AttentionBackend] but does not implement IAttentionBackend; implement it, or derive from a class that does"));

    [Theory]
    [InlineData("class Acme : IAttentionBackend;")]
    [InlineData("class Acme : Base;")]
    [InlineData("class Acme : IPaged;")]
    public Task Interface_may_come_from_anywhere(string declaration) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            abstract class Base : IAttentionBackend;
            interface IPaged : IAttentionBackend;

            [AttentionBackend("ACME")]
            {{declaration}}
            """);

    [Fact]
    public Task Interface_may_come_from_another_part() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            partial class Acme;

            partial class Acme : IAttentionBackend;
            """);

    [Fact]
    public Task Part_with_the_attribute_is_reported() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            partial class Acme;

            [AttentionBackend("ACME")]
            partial class {|ATTN0001:Acme|};
            """);

    [Fact]
    public Task Attribute_is_known_under_an_alias() =>
        Analyzer.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            [Registered("ACME")]
            class {|ATTN0001:Acme|};
            """);

    [Fact]
    public Task Attribute_of_another_library_is_not_meant() =>
        Analyzer.RunAsync(
            """
            [AttentionBackend("ACME")]
            class Acme;

            class AttentionBackendAttribute(string name) : System.Attribute
            {
                public string Name => name;
            }
            """);

    [Fact]
    public Task Base_that_does_not_bind_is_left_to_the_compiler() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class Acme : {|CS0246:Missing|};
            """);

    [Fact]
    public Task Static_class_is_left_to_ATTN0002() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            static class Acme;
            """);

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            #pragma warning disable ATTN0001
            class Acme;
            #pragma warning restore ATTN0001
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", """[AttentionGen.AttentionBackend("ACME")] class Acme;"""));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Compilation_without_the_library_is_left_alone()
    {
        var test = new Analyzer { TestCode = """class Acme;""" };
        test.TestState.AdditionalReferences.Clear();
        test.TestState.AdditionalReferences.AddRange(LocalReferences.Framework);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fix_adds_the_interface() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            /// <summary>Acme's.</summary>
            [AttentionBackend("ACME")]
            public sealed class {|ATTN0001:Acme|}
            {
            }

            [AttentionBackend("OTHER")]
            public sealed class {|ATTN0001:Other|} : System.IDisposable
            {
                public void Dispose() { }
            }

            [AttentionBackend("THIRD")]
            sealed record {|ATTN0001:Third|};
            """,
            """
            using AttentionGen;

            /// <summary>Acme's.</summary>
            [AttentionBackend("ACME")]
            public sealed class Acme : IAttentionBackend
            {
            }

            [AttentionBackend("OTHER")]
            public sealed class Other : System.IDisposable, IAttentionBackend
            {
                public void Dispose() { }
            }

            [AttentionBackend("THIRD")]
            sealed record Third : IAttentionBackend;
            """);

    [Fact]
    public Task Fix_adds_the_using_directive() =>
        Fix.RunAsync(
            """
            [AttentionGen.AttentionBackend("ACME")]
            class {|ATTN0001:Acme|}
            {
            }
            """,
            """
            using AttentionGen;

            [AttentionGen.AttentionBackend("ACME")]
            class Acme : IAttentionBackend
            {
            }
            """);

    [Fact]
    public Task Fix_derives_from_the_paged_backend() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class {|ATTN0001:Acme|} : System.IDisposable
            {
                public void Dispose() { }
            }

            [AttentionBackend("OTHER")]
            class {|ATTN0001:Other|}
            {
            }
            """ + PagedBackend,
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class Acme : PagedAttentionBackend, System.IDisposable
            {
                public void Dispose() { }
            }

            [AttentionBackend("OTHER")]
            class Other : PagedAttentionBackend
            {
            }
            """ + PagedBackend,
            choice: 1);

    [Fact]
    public Task Class_with_a_base_cannot_be_derived_again()
    {
        const string source =
            """
            using AttentionGen;

            class Base;

            [AttentionBackend("ACME")]
            class {|ATTN0001:Acme|} : Base
            {
            }
            """ + PagedBackend;
        var test = new Fix { TestCode = source, FixedCode = source, CodeActionEquivalenceKey = "Derive from PagedAttentionBackend" };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
