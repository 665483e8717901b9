using Microsoft.CodeAnalysis.Testing;

using AddFix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendMustHaveUsableConstructorAnalyzer,
    AttentionGen.CodeFixes.AddConstructorCodeFixProvider>;
using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendMustHaveUsableConstructorAnalyzer>;
using InternalFix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendMustHaveUsableConstructorAnalyzer,
    AttentionGen.CodeFixes.MakeConstructorInternalCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendMustHaveUsableConstructorTests
{
    [Theory]
    [InlineData(
        "class {|#0:Acme|} { public Acme(int pages) { } internal Acme(string? name, params int[] sizes) { } }",
        "'Acme' has no constructor without parameters for the registry to call, only 'Acme(int pages)', 'Acme(string? name, params int[] sizes)'; add one that is internal or public")]
    [InlineData(
        "class {|#0:Acme|}(int pages) { int Pages => pages; }",
        "'Acme' has no constructor without parameters for the registry to call, only 'Acme(int pages)'; add one that is internal or public")]
    [InlineData(
        "record {|#0:Acme|}(int Pages);",
        "'Acme' has no constructor without parameters for the registry to call, only 'Acme(int Pages)'; add one that is internal or public")]
    [InlineData(
        "class Acme { private {|#0:Acme|}() { } }",
        "The constructor 'Acme()' is private, so the registry cannot call it; make it internal or public")]
    [InlineData(
        "class Acme { protected {|#0:Acme|}() { } public Acme(int pages) { } }",
        "The constructor 'Acme()' is protected, so the registry cannot call it; make it internal or public")]
    [InlineData(
        """class Acme { [System.Obsolete("Use another.", true)] public {|#0:Acme|}() { } }""",
        "The constructor 'Acme()' is obsolete as an error, so the registry cannot call it; remove [Obsolete], or make it a warning")]
    [InlineData(
        "class {|#0:Acme|} : Base { public required string Name { get; init; } }",
        "'Acme' requires its creator to set 'Name', 'Pages', which the registry cannot do; remove 'required', or set them in the constructor and mark it [SetsRequiredMembers]")]
    public Task Each_cause_has_its_own_message(string declaration, string message) =>
        Analyzer.RunAsync(
            $$"""
            #nullable enable
            using AttentionGen;

            class Base { public required int Pages; }

            [AttentionBackend("ACME")]
            {{declaration}}
            """,
            DiagnosticResult.CompilerError("ATTN0003").WithLocation(0).WithMessage(message));

    [Theory]
    [InlineData("class Acme;")]
    [InlineData("class Acme();")]
    [InlineData("class Acme { internal Acme() { } }")]
    [InlineData("class Acme { protected internal Acme() { } }")]
    [InlineData("class Acme { public Acme() { } private Acme(int pages) { } }")]
    [InlineData("""class Acme { [System.Obsolete("Use another.")] public Acme() { } }""")]
    [InlineData("""class Acme { [System.Obsolete("Use another.", false)] public Acme() { } }""")]
    [InlineData("class Acme { [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Acme() { } public required int Pages; }")]
    public Task Constructor_that_can_be_called_is_accepted(string declaration) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            [AttentionBackend("ACME")]
            {{declaration}}
            """);

    [Fact]
    public Task Optional_parameters_do_not_make_a_constructor_without_parameters() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class {|ATTN0003:Acme|}(int pages = 16)
            {
                int Pages => pages;
            }
            """);

    [Theory]
    [InlineData("abstract class Acme { protected Acme() { } }")]
    [InlineData("static class Acme { }")]
    public Task Class_without_instances_is_left_to_ATTN0002(string declaration) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            [AttentionBackend("ACME")]
            {{declaration}}
            """);

    [Fact]
    public Task Part_with_the_attribute_is_reported() =>
        Analyzer.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            partial class Acme
            {
                public Acme(int pages) { }
            }

            [Registered("ACME")]
            partial class {|ATTN0003:Acme|};
            """);

    [Fact]
    public Task Part_with_the_attribute_is_reported_for_a_constructor_that_nobody_wrote() =>
        Analyzer.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            partial class Acme
            {
                public required int Pages { get; init; }
            }

            [Registered("ACME")]
            partial class {|ATTN0003:Acme|};
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", """[AttentionGen.AttentionBackend("ACME")] class Acme { Acme() { } }"""));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class Acme
            {
            #pragma warning disable ATTN0003
                private Acme() { }
            }
            """);

    [Fact]
    public Task Fix_adds_a_constructor_before_the_others() =>
        AddFix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            public class {|ATTN0003:Acme|}
            {
                private readonly int _pages;

                public Acme(int pages) => _pages = pages;
            }

            [AttentionBackend("OTHER")]
            public class {|ATTN0003:Other|}
            {
                public Other(int pages) { }
            }
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            public class Acme
            {
                private readonly int _pages;

                public Acme()
                {
                }

                public Acme(int pages) => _pages = pages;
            }

            [AttentionBackend("OTHER")]
            public class Other
            {
                public Other()
                {
                }

                public Other(int pages) { }
            }
            """);

    [Fact]
    public Task Fix_adds_a_constructor_to_a_record_too() =>
        AddFix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            public record {|ATTN0003:Acme|}
            {
                public Acme(int pages) { }
            }
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            public record Acme
            {
                public Acme()
                {
                }

                public Acme(int pages) { }
            }
            """);

    [Theory]
    [InlineData("class {|ATTN0003:Acme|}(int pages) { int Pages => pages; }")]
    [InlineData("class {|ATTN0003:Acme|}(int pages) { public Acme(string pages) : this(pages.Length) { } int Pages => pages; }")]
    [InlineData("class {|ATTN0003:Acme|} : Base { public Acme(int pages) : base(pages) { } }")]
    public Task Constructor_that_would_need_values_is_not_added(string declaration) =>
        AddFix.RunWithoutFixAsync(
            $$"""
            using AttentionGen;

            class Base(int pages) { int Pages => pages; }

            [AttentionBackend("ACME")]
            {{declaration}}
            """);

    [Fact]
    public Task Fix_makes_the_constructor_internal() =>
        InternalFix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class Acme
            {
                /// <summary>Makes one.</summary>
                private {|ATTN0003:Acme|}() { }
            }

            [AttentionBackend("OTHER")]
            class Other
            {
                {|ATTN0003:Other|}() { }
            }

            [AttentionBackend("THIRD")]
            class Third
            {
                private protected {|ATTN0003:Third|}() { }
            }
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            class Acme
            {
                /// <summary>Makes one.</summary>
                internal Acme() { }
            }

            [AttentionBackend("OTHER")]
            class Other
            {
                internal Other() { }
            }

            [AttentionBackend("THIRD")]
            class Third
            {
                internal Third() { }
            }
            """);
}
