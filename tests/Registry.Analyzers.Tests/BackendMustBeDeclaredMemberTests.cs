using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendMustBeDeclaredMemberAnalyzer>;
using Fix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendMustBeDeclaredMemberAnalyzer,
    AttentionGen.CodeFixes.UseDeclaredMemberCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendMustBeDeclaredMemberTests
{
    [Fact]
    public Task Number_that_is_no_member_is_reported_at_the_argument() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend({|#0:(Backend)99|}, Override = true)]
            class AcmeBackend;
            """,
            DiagnosticResult.CompilerError("ATTN0004").WithLocation(0).WithMessage(
                "(Backend)99 is not a declared member of Backend; use one of its members, or give the class a name of its own: [AttentionBackend(\"ACME\")]"));

    [Theory]
    [InlineData("Backend.FlashAttn")]
    [InlineData("(Backend)17")]
    [InlineData("0")]
    [InlineData("\"ACME\"")]
    [InlineData("backend: Backend.Pallas")]
    public Task Declared_member_is_accepted(string argument) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            [AttentionBackend({{argument}})]
            class Acme;
            """);

    [Fact]
    public Task Negative_number_through_an_alias_is_reported() =>
        Analyzer.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            partial class Acme;

            [Registered({|ATTN0004:(AttentionGen.Backend)(-1)|})]
            partial class Acme;
            """);

    [Fact]
    public Task Argument_that_does_not_bind_is_left_to_the_compiler() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend(Backend.{|CS0117:Missing|})]
            class Acme;
            """);

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            #pragma warning disable ATTN0004
            [AttentionBackend((Backend)99)]
            class Acme;
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", "using AttentionGen; [AttentionBackend((Backend)99)] class Acme;"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0, "FlashAttnMla", "FlexAttention")] // The longest member that the class's name begins with.
    [InlineData(1, "RocmAiterUnifiedAttn", "RocmAiterUnifiedAttn")] // The nearest in value.
    [InlineData(2, "FlashAttn", "FlashAttn")] // The first.
    public Task Fix_offers_members(int choice, string first, string second) =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend({|ATTN0004:(Backend)99|})]
            class FlashAttnMlaOfAcme;

            [AttentionBackend(backend: {|ATTN0004:(Backend)100|}, Override = true)]
            class FlexAttentionOfAcme;
            """,
            $$"""
            using AttentionGen;

            [AttentionBackend(Backend.{{first}})]
            class FlashAttnMlaOfAcme;

            [AttentionBackend(backend: Backend.{{second}}, Override = true)]
            class FlexAttentionOfAcme;
            """,
            choice);

    [Theory]
    [InlineData(18, "RocmAiterUnifiedAttn")]
    [InlineData(-1, "FlashAttn")]
    public Task Fix_offers_the_nearest_member_where_the_class_is_called_after_none(int value, string member) =>
        Fix.RunAsync(
            $$"""
            [AttentionGen.AttentionBackend({|ATTN0004:(AttentionGen.Backend)({{value}})|})]
            class Acme;
            """,
            $$"""
            using AttentionGen;

            [AttentionGen.AttentionBackend(Backend.{{member}})]
            class Acme;
            """);
}
