using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendMustBeInstantiableAnalyzer>;
using InternalFix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendMustBeInstantiableAnalyzer,
    AttentionGen.CodeFixes.MakeTypeInternalCodeFixProvider>;
using ModifierFix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendMustBeInstantiableAnalyzer,
    AttentionGen.CodeFixes.RemoveModifierCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendMustBeInstantiableTests
{
    [Theory]
    [InlineData(
        """[AttentionBackend("ACME")] static class {|#0:Acme|};""",
        "'Acme' is static, so the registry cannot make an instance of it; remove 'static'")]
    [InlineData(
        """[AttentionBackend("ACME")] abstract class {|#0:Acme|};""",
        "'Acme' is abstract, so the registry cannot make an instance of it; remove 'abstract', or put the attribute on a class that derives from it")]
    [InlineData(
        """[AttentionBackend("ACME")] class {|#0:Acme|}<T>;""",
        "'Acme' is generic, so the registry cannot know its type arguments; put the attribute on a class without type parameters that derives from it")]
    [InlineData(
        """class Outer<T> { [AttentionBackend("ACME")] internal class {|#0:Acme|}; }""",
        "'Acme' is nested in the generic type 'Outer', so the registry cannot know the type arguments; move the class out of 'Outer'")]
    [InlineData(
        """[AttentionBackend("ACME")] file class {|#0:Acme|};""",
        "'Acme' is file-local, so generated code cannot name it; remove 'file'")]
    [InlineData(
        """file class Outer { [AttentionBackend("ACME")] internal class {|#0:Acme|}; }""",
        "'Acme' is nested in the file-local type 'Outer', so generated code cannot name it; remove 'file' from 'Outer'")]
    [InlineData(
        """class Outer { [AttentionBackend("ACME")] class {|#0:Acme|}; }""",
        "'Acme' is private, so the registry cannot reach it; make it internal or public")]
    [InlineData(
        """class Outer { [AttentionBackend("ACME")] private protected class {|#0:Acme|}; }""",
        "'Acme' is private protected, so the registry cannot reach it; make it internal or public")]
    [InlineData(
        """class Outer { protected class Middle { [AttentionBackend("ACME")] public class {|#0:Acme|}; } }""",
        "'Acme' is nested in 'Middle', which is protected, so the registry cannot reach it; make 'Middle' internal or public")]
    public Task Each_cause_has_its_own_message(string declaration, string message) =>
        Analyzer.RunAsync(
            $"using AttentionGen;\n{declaration}",
            DiagnosticResult.CompilerError("ATTN0002").WithLocation(0).WithMessage(message));

    [Theory]
    [InlineData("""[AttentionBackend("ACME")] class Acme;""")]
    [InlineData("""[AttentionBackend("ACME")] public sealed class Acme;""")]
    [InlineData("""[AttentionBackend("ACME")] record Acme;""")]
    [InlineData("""class Outer { [AttentionBackend("ACME")] internal class Acme; }""")]
    [InlineData("""class Outer { [AttentionBackend("ACME")] protected internal class Acme; }""")]
    [InlineData("""interface IOuter { [AttentionBackend("ACME")] class Acme; }""")]
    [InlineData("""class Generic<T>; [AttentionBackend("ACME")] class Acme : Generic<int>;""")]
    public Task Class_that_can_be_made_is_accepted(string declaration) =>
        Analyzer.RunAsync($"using AttentionGen;\n{declaration}");

    [Fact]
    public Task Class_with_two_causes_is_reported_twice() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            abstract class {|ATTN0002:{|ATTN0002:Acme|}|}<T>;
            """);

    [Fact]
    public Task Part_with_the_modifier_is_reported() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            abstract partial class {|ATTN0002:Acme|};

            [AttentionBackend("ACME")]
            partial class Acme;
            """);

    [Fact]
    public Task Attribute_is_known_under_an_alias() =>
        Analyzer.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            [Registered("ACME")]
            abstract class {|ATTN0002:Acme|};
            """);

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            #pragma warning disable ATTN0002
            abstract class Acme;
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", """[AttentionGen.AttentionBackend("ACME")] abstract class Acme;"""));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("abstract")]
    [InlineData("static")]
    [InlineData("file")]
    public Task Fix_removes_the_modifier(string modifier) =>
        ModifierFix.RunAsync(
            $$"""
            using AttentionGen;

            /// <summary>Acme's.</summary>
            [AttentionBackend("ACME")]
            {{modifier}} partial class {|ATTN0002:Acme|}
            {
            }

            // Another.
            [AttentionBackend("OTHER")] {{modifier}} class {|ATTN0002:Other|};
            """,
            """
            using AttentionGen;

            /// <summary>Acme's.</summary>
            [AttentionBackend("ACME")]
            partial class Acme
            {
            }

            // Another.
            [AttentionBackend("OTHER")] class Other;
            """);

    [Fact]
    public Task Fix_removes_the_modifier_between_others() =>
        ModifierFix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            public abstract partial class {|ATTN0002:Acme|};
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            public partial class Acme;
            """);

    [Fact]
    public Task Fix_removes_the_modifier_in_another_file()
    {
        var test = new ModifierFix();
        test.TestState.Sources.Add("abstract partial class {|ATTN0002:Acme|};");
        test.TestState.Sources.Add("""[AttentionGen.AttentionBackend("ACME")] partial class Acme;""");
        test.FixedState.Sources.Add("partial class Acme;");
        test.FixedState.Sources.Add("""[AttentionGen.AttentionBackend("ACME")] partial class Acme;""");
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Class_whose_accessibility_another_file_names_is_left_to_the_user()
    {
        const string attributed = """partial class Outer { [AttentionGen.AttentionBackend("ACME")] partial class {|ATTN0002:Acme|}; }""";
        const string modified = "partial class Outer { private partial class Acme; }";
        var test = new InternalFix();
        foreach (string source in new[] { attributed, modified })
        {
            test.TestState.Sources.Add(source);
            test.FixedState.Sources.Add(source);
        }

        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Class_with_abstract_members_has_to_stay_abstract() =>
        ModifierFix.RunWithoutFixAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            abstract class {|ATTN0002:Acme|}
            {
                public abstract void Run();
            }
            """);

    [Fact]
    public Task Fix_makes_the_class_internal() =>
        InternalFix.RunAsync(
            """
            using AttentionGen;

            class Outer
            {
                [AttentionBackend("ACME")]
                private sealed class {|ATTN0002:Acme|};

                /// <summary>Without a modifier.</summary>
                [AttentionBackend("OTHER")]
                class {|ATTN0002:Other|};
            }
            """,
            """
            using AttentionGen;

            class Outer
            {
                [AttentionBackend("ACME")]
                internal sealed class Acme;

                /// <summary>Without a modifier.</summary>
                [AttentionBackend("OTHER")]
                internal class Other;
            }
            """);

    [Fact]
    public Task Fix_makes_the_types_around_the_class_internal() =>
        InternalFix.RunAsync(
            """
            using AttentionGen;

            class Outer
            {
                private class Middle
                {
                    [AttentionBackend("ACME")]
                    protected class {|ATTN0002:Acme|};

                    [AttentionBackend("OTHER")]
                    public class {|ATTN0002:Other|};
                }
            }
            """,
            """
            using AttentionGen;

            class Outer
            {
                internal class Middle
                {
                    [AttentionBackend("ACME")]
                    internal class Acme;

                    [AttentionBackend("OTHER")]
                    public class Other;
                }
            }
            """);

    [Fact]
    public Task Fix_changes_all_parts_that_name_an_accessibility() =>
        InternalFix.RunAsync(
            """
            using AttentionGen;

            class Outer
            {
                [AttentionBackend("ACME")]
                partial class {|ATTN0002:Acme|};

                private partial class Acme;

                private partial class Acme;
            }
            """,
            """
            using AttentionGen;

            class Outer
            {
                [AttentionBackend("ACME")]
                partial class Acme;

                internal partial class Acme;

                internal partial class Acme;
            }
            """);
}
