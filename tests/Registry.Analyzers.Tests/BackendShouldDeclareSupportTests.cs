using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendShouldDeclareSupportAnalyzer>;
using Fix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendShouldDeclareSupportAnalyzer,
    AttentionGen.CodeFixes.DeclareSupportCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendShouldDeclareSupportTests
{
    [Fact]
    public Task Class_without_support_is_reported_at_its_attribute() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [{|#0:AttentionBackend("ACME")|}]
            class Acme;
            """,
            DiagnosticResult.CompilerWarning("ATTN0016").WithLocation(0).WithMessage(
                "'Acme' carries no [AttentionSupport], so the selector can never pick it and it can only be created by name; declare each kind of device that it runs on"));

    [Theory]
    [InlineData("""[AttentionBackend("ACME"), AttentionSupport(DeviceKind.Cpu)] class Acme;""")]
    [InlineData("""[AttentionBackend("ACME")] partial class Acme; [AttentionSupport(DeviceKind.Cpu)] partial class Acme;""")]
    [InlineData("""[AttentionBackend("ACME")] [Support(DeviceKind.Cpu)] class Acme;""")]
    [InlineData("""class Acme;""")]
    public Task Class_with_support_and_class_that_is_not_registered_are_left_alone(string declaration) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;
            using Support = AttentionGen.AttentionSupportAttribute;

            {{declaration}}
            """);

    [Fact]
    public Task Support_of_a_base_class_is_not_inherited() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;
            using Registered = AttentionGen.AttentionBackendAttribute;

            [AttentionSupport(DeviceKind.Cpu)]
            class Base;

            [{|ATTN0016:Registered("ACME")|}]
            class Acme : Base;
            """);

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            #pragma warning disable ATTN0016 // Created by name alone.
            [AttentionBackend("ACME")]
            class Acme;
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", """[AttentionGen.AttentionBackend("ACME")] class Acme;"""));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fix_declares_the_cpu() =>
        Fix.RunAsync(
            """
            using System;
            using AttentionGen;

            /// <summary>Acme's.</summary>
            [{|ATTN0016:AttentionBackend("ACME")|}]
            public sealed class Acme
            {
            }

            [{|ATTN0016:AttentionBackend("OTHER")|}, Obsolete("Use another.")]
            public sealed class Other;
            """,
            """
            using System;
            using AttentionGen;

            /// <summary>Acme's.</summary>
            [AttentionBackend("ACME")]
            [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
            public sealed class Acme
            {
            }

            [AttentionBackend("OTHER"), Obsolete("Use another.")]
            [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
            public sealed class Other;
            """);

    [Fact]
    public Task Fix_adds_the_using_directive() =>
        Fix.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            [{|ATTN0016:Registered("ACME")|}]
            class Acme;
            """,
            """
            using AttentionGen;
            using Registered = AttentionGen.AttentionBackendAttribute;

            [Registered("ACME")]
            [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
            class Acme;
            """);
}
