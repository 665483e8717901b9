using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.ImplementationShouldBeRegisteredAnalyzer>;
using Fix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.ImplementationShouldBeRegisteredAnalyzer,
    AttentionGen.CodeFixes.RegisterImplementationCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class ImplementationShouldBeRegisteredTests
{
    [Fact]
    public Task Implementation_without_the_attribute_is_suggested() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            public class {|#0:FooAttention|} : IAttentionBackend;
            """,
            new DiagnosticResult("ATTN0009", DiagnosticSeverity.Info).WithLocation(0).WithMessage(
                "'FooAttention' implements IAttentionBackend but is not in the registry; add [AttentionBackend(\"FOO_ATTENTION\")] to register it"));

    [Theory]
    [InlineData("SlowMLA", "SLOW_MLA")]
    [InlineData("MLACore", "MLA_CORE")]
    [InlineData("Top2Sparse", "TOP2_SPARSE")]
    [InlineData("Ж", "MY_ATTENTION")]
    public Task Suggested_name_is_made_of_the_words_of_the_class_name(string className, string name) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            public class {|#0:{{className}}|} : IAttentionBackend;
            """,
            new DiagnosticResult("ATTN0009", DiagnosticSeverity.Info).WithLocation(0).WithMessage(
                $"'{className}' implements IAttentionBackend but is not in the registry; add [AttentionBackend(\"{name}\")] to register it"));

    [Theory]
    [InlineData("class {|ATTN0009:Acme|} : Base;")]
    [InlineData("class {|ATTN0009:Acme|} : Registered;")] // The attribute is not inherited.
    [InlineData("class Outer { internal class {|ATTN0009:Acme|} : IAttentionBackend; }")]
    [InlineData("record {|ATTN0009:Acme|} : IAttentionBackend;")]
    [InlineData("partial class {|ATTN0009:Acme|}; partial class Acme : IAttentionBackend;")]
    public Task Class_that_could_be_registered_is_suggested(string declaration) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            abstract class Base : IAttentionBackend;

            [AttentionBackend("ACME")]
            class Registered : Base;

            {{declaration}}
            """);

    [Theory]
    [InlineData("class Acme;")]
    [InlineData("abstract class Acme : IAttentionBackend;")]
    [InlineData("class Acme<T> : IAttentionBackend;")]
    [InlineData("file class Acme : IAttentionBackend;")]
    [InlineData("class Outer { private class Acme : IAttentionBackend; }")]
    [InlineData("class Outer<T> { internal class Acme : IAttentionBackend; }")]
    [InlineData("class Acme(int pages) : IAttentionBackend { int Pages => pages; }")]
    [InlineData("class Acme : IAttentionBackend { private Acme() { } }")]
    [InlineData("class Acme : IAttentionBackend { public required int Pages; }")]
    [InlineData("interface IAcme : IAttentionBackend;")]
    [InlineData("struct Acme : IAttentionBackend;")]
    [InlineData("""[AttentionBackend("ACME")] class Acme : IAttentionBackend;""")]
    [InlineData("""[Registered("ACME")] class Acme : IAttentionBackend;""")]
    [InlineData("""[AttentionBackend("ACME")] partial class Acme; partial class Acme : IAttentionBackend;""")]
    public Task Class_that_is_or_cannot_be_registered_is_left_alone(string declaration) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;
            using Registered = AttentionGen.AttentionBackendAttribute;

            {{declaration}}
            """);

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            #pragma warning disable ATTN0009
            class Acme : IAttentionBackend;
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", "class Acme : AttentionGen.IAttentionBackend;"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fix_adds_the_attribute_with_a_name_made_from_the_class_name() =>
        Fix.RunAsync(
            """
            using System;
            using AttentionGen;

            /// <summary>Foo's.</summary>
            public class {|ATTN0009:FooAttention|} : IAttentionBackend
            {
            }

            [Obsolete("Use another.")]
            public class {|ATTN0009:SparseMLACore2Backend|} : IAttentionBackend
            {
            }

            // Called as an in-tree backend.
            public class {|ATTN0009:FlashAttn|} : IAttentionBackend;
            """,
            """
            using System;
            using AttentionGen;

            /// <summary>Foo's.</summary>
            [AttentionBackend("FOO_ATTENTION")]
            public class FooAttention : IAttentionBackend
            {
            }

            [Obsolete("Use another.")]
            [AttentionBackend("SPARSE_MLA_CORE2")]
            public class SparseMLACore2Backend : IAttentionBackend
            {
            }

            // Called as an in-tree backend.
            [AttentionBackend("FLASH_ATTN_BACKEND")]
            public class FlashAttn : IAttentionBackend;
            """);

    [Fact]
    public Task Fix_adds_the_using_directive() =>
        Fix.RunAsync(
            """
            namespace Acme;

            class {|ATTN0009:AcmeAttention|} : AttentionGen.IAttentionBackend;
            """,
            """
            using AttentionGen;

            namespace Acme;

            [AttentionBackend("ACME_ATTENTION")]
            class AcmeAttention : AttentionGen.IAttentionBackend;
            """);

    [Fact]
    public Task Fix_All_covers_several_files()
    {
        var test = new Fix();
        for (int i = 0; i < 3; i++)
        {
            test.TestState.Sources.Add($$"""
                using AttentionGen;

                class {|ATTN0009:Acme{{i}}|} : IAttentionBackend;
                """);
            test.FixedState.Sources.Add($$"""
                using AttentionGen;

                [AttentionBackend("ACME{{i}}")]
                class Acme{{i}} : IAttentionBackend;
                """);
        }

        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
