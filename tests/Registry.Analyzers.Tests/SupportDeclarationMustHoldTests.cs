using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.SupportDeclarationMustHoldAnalyzer>;
using Fix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.SupportDeclarationMustHoldAnalyzer,
    AttentionGen.CodeFixes.RemoveSupportCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class SupportDeclarationMustHoldTests
{
    private const string Float32 = "ElementTypes = ElementTypes.Float32";

    [Theory]
    [InlineData(
        "{|#0:(DeviceKind)9|}, " + Float32,
        "(DeviceKind)9 is not a declared member of DeviceKind; use one of its members")]
    [InlineData(
        "{|#0:(DeviceKind)9|}",
        "(DeviceKind)9 is not a declared member of DeviceKind; use one of its members")]
    [InlineData(
        "DeviceKind.Cpu, {|#0:ElementTypes = ElementTypes.None|}",
        "The declaration for DeviceKind.Cpu allows no ElementTypes, so no request can match it; set ElementTypes")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:Types = AttentionTypes.None|}",
        "The declaration for DeviceKind.Cpu allows no Types, so no request can match it; set Types")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:MinHeadSize = 0|}",
        "MinHeadSize is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:MaxHeadSize = -1|}",
        "MaxHeadSize is -1; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:HeadSizeMultipleOf = 0|}, HeadSizes = [64]",
        "HeadSizeMultipleOf is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:PageSizeMultipleOf = 0|}",
        "PageSizeMultipleOf is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", HeadSizes = [64, {|#0:-128|}]",
        "An element of HeadSizes is -128; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", HeadSizes = [64, {|#0:0|}]",
        "An element of HeadSizes is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", PageSizes = new[] { {|#0:0|}, 16 }",
        "An element of PageSizes is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:MaxQueryHeads = 0|}, QueryHeads = [8]",
        "MaxQueryHeads is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", QueryHeads = [16, {|#0:0|}], GroupSizes = [16]",
        "An element of QueryHeads is 0; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", GroupSizes = new[] { 1, {|#0:-8|} }, QueryHeads = [3]",
        "An element of GroupSizes is -8; sizes are positive numbers")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:MinHeadSize = 128|}, MaxHeadSize = 64",
        "MinHeadSize is 128, above the MaxHeadSize of 64, so no request can match the declaration; raise MaxHeadSize or lower MinHeadSize")]
    [InlineData(
        "DeviceKind.Cuda, " + Float32 + ", {|#0:MinComputeCapability = 90|}, MaxComputeCapability = 89",
        "MinComputeCapability is 90, above the MaxComputeCapability of 89, so no request can match the declaration; raise MaxComputeCapability or lower MinComputeCapability")]
    public Task Contradiction_is_an_error_at_its_argument(string arguments, string message) =>
        RunAsync(arguments, new DiagnosticResult("ATTN0014", DiagnosticSeverity.Error).WithLocation(0).WithMessage(message));

    [Theory]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", HeadSizes = [64, {|#0:80|}], HeadSizeMultipleOf = 32",
        "HeadSizes lists 80, which HeadSizeMultipleOf = 32 excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", HeadSizes = [{|#0:32|}, 64], MinHeadSize = 64",
        "HeadSizes lists 32, which MinHeadSize = 64 excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", HeadSizes = new int[] { 64, {|#0:256|} }, MaxHeadSize = 128",
        "HeadSizes lists 256, which MaxHeadSize = 128 excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", PageSizes = [{|#0:24|}], PageSizeMultipleOf = 16",
        "PageSizes lists 24, which PageSizeMultipleOf = 16 excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", QueryHeads = [16, {|#0:128|}], MaxQueryHeads = 64",
        "QueryHeads lists 128, which MaxQueryHeads = 64 excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", GroupSizes = [1, {|#0:32|}], MaxQueryHeads = 16",
        "GroupSizes lists 32, which MaxQueryHeads = 16 excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", QueryHeads = [16, {|#0:20|}], GroupSizes = [8, 16]",
        "QueryHeads lists 20, which GroupSizes = [8, 16] excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", QueryHeads = [16, 32], GroupSizes = [8, {|#0:3|}]",
        "GroupSizes lists 3, which QueryHeads = [16, 32] excludes; remove one of the two")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:GraphCapture = GraphCaptureLevel.UniformBatch|}",
        "GraphCapture means nothing on DeviceKind.Cpu, only on DeviceKind.Cuda and DeviceKind.Rocm; remove it")]
    [InlineData(
        "DeviceKind.Tpu, " + Float32 + ", {|#0:GraphCapture = GraphCaptureLevel.Always|}",
        "GraphCapture means nothing on DeviceKind.Tpu, only on DeviceKind.Cuda and DeviceKind.Rocm; remove it")]
    [InlineData(
        "DeviceKind.Rocm, " + Float32 + ", {|#0:MinComputeCapability = 80|}",
        "MinComputeCapability means nothing on DeviceKind.Rocm, only on DeviceKind.Cuda; remove it")]
    [InlineData(
        "DeviceKind.Cpu, " + Float32 + ", {|#0:MaxComputeCapability = 90|}",
        "MaxComputeCapability means nothing on DeviceKind.Cpu, only on DeviceKind.Cuda; remove it")]
    [InlineData(
        "DeviceKind.Cuda, " + Float32 + ", {|#0:Architectures = [\"sm_90\"]|}",
        "Architectures means nothing on DeviceKind.Cuda, only on devices whose architectures have names, as DeviceKind.Rocm; remove it")]
    public Task What_is_ignored_is_a_warning_at_its_argument(string arguments, string message) =>
        RunAsync(arguments, DiagnosticResult.CompilerWarning("ATTN0014").WithLocation(0).WithMessage(message));

    [Theory]
    [InlineData("DeviceKind.Cpu, " + Float32)]
    [InlineData("DeviceKind.Cpu, " + Float32 + ", MinHeadSize = 64, MaxHeadSize = 64, HeadSizes = [64], HeadSizeMultipleOf = 64")]
    [InlineData("DeviceKind.Cpu, " + Float32 + ", PageSizes = [16, 32], PageSizeMultipleOf = 16")]
    [InlineData("DeviceKind.Cuda, " + Float32 + ", MinComputeCapability = 80")]
    [InlineData("DeviceKind.Cuda, " + Float32 + ", MinComputeCapability = 80, MaxComputeCapability = 0")]
    [InlineData("DeviceKind.Cuda, " + Float32 + ", MinComputeCapability = 80, MaxComputeCapability = 90")]
    [InlineData("DeviceKind.Rocm, " + Float32 + ", Architectures = [\"gfx9\"]")]
    [InlineData("DeviceKind.Cpu, " + Float32 + ", HeadSizes = null, PageSizes = []")]
    [InlineData("DeviceKind.Cpu, " + Float32 + ", QueryHeads = [16, 128], MaxQueryHeads = 128, GroupSizes = [1, 8, 128]")]
    [InlineData("DeviceKind.Cpu, " + Float32 + ", QueryHeads = null, GroupSizes = []")]
    [InlineData("DeviceKind.Cuda, " + Float32 + ", GraphCapture = GraphCaptureLevel.Always")]
    [InlineData("DeviceKind.Rocm, " + Float32 + ", GraphCapture = GraphCaptureLevel.UniformSingleTokenDecode")]
    public Task Declaration_that_can_hold_is_accepted(string arguments) => RunAsync(arguments);

    [Fact]
    public Task Declaration_without_element_types_is_an_error_at_the_attribute() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            [{|#0:AttentionSupport(DeviceKind.Cuda)|}]
            class Acme;
            """,
            DiagnosticResult.CompilerError("ATTN0014").WithLocation(0).WithMessage(
                "The declaration for DeviceKind.Cuda allows no ElementTypes, so no request can match it; set ElementTypes"));

    [Fact]
    public Task Second_declaration_for_a_device_is_an_error_in_any_part() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;
            using Support = AttentionGen.AttentionSupportAttribute;

            [AttentionBackend("ACME")]
            [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
            [AttentionSupport(DeviceKind.Cuda, ElementTypes = ElementTypes.Float32)]
            partial class Acme;

            [Support({|#0:DeviceKind.Cpu|}, ElementTypes = ElementTypes.Float16)]
            partial class Acme;
            """,
            DiagnosticResult.CompilerError("ATTN0014").WithLocation(0).WithMessage(
                "'Acme' declares its support of DeviceKind.Cpu twice; a class has one declaration for each kind of device, merge them"));

    [Fact]
    public Task Declaration_on_a_class_that_is_not_registered_is_a_warning() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [{|#0:AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)|}]
            abstract class Acme;
            """,
            DiagnosticResult.CompilerWarning("ATTN0014").WithLocation(0).WithMessage(
                "'Acme' declares support but is not registered, so nothing reads the declaration; add [AttentionBackend], or remove it"));

    [Fact]
    public Task Declaration_that_does_not_bind_is_left_to_the_compiler() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME")]
            [{|CS7036:AttentionSupport|}]
            class Acme;
            """);

    [Fact]
    public Task Declaration_on_what_is_no_class_is_left_to_the_compiler() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            [{|CS0592:AttentionSupport|}(DeviceKind.Cpu)]
            struct Acme;
            """);

    [Fact]
    public Task Pragma_suppresses_errors_and_warnings() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            #pragma warning disable ATTN0014
            [AttentionSupport(DeviceKind.Cpu, MinHeadSize = 0)]
            class Acme;
            """);

    [Fact]
    public Task One_severity_can_be_configured_for_the_whole_rule()
    {
        var test = new Analyzer
        {
            TestCode =
                """
                using AttentionGen;

                [AttentionBackend("ACME")]
                [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32, {|#0:MinHeadSize = 0|}, {|#1:Architectures = ["x"]|})]
                class Acme;
                """,
        };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\ndotnet_diagnostic.ATTN0014.severity = suggestion\n"));
        test.ExpectedDiagnostics.Add(new DiagnosticResult("ATTN0014", DiagnosticSeverity.Info).WithLocation(0));
        test.ExpectedDiagnostics.Add(new DiagnosticResult("ATTN0014", DiagnosticSeverity.Info).WithLocation(1));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", "using AttentionGen; [AttentionSupport(DeviceKind.Cpu)] class Acme;"));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fix_removes_the_argument()
    {
        var test = new Fix
        {
            TestCode =
                """
                using AttentionGen;

                [AttentionBackend("ACME")]
                [AttentionSupport(DeviceKind.Cpu, {|ATTN0014:MinComputeCapability = 80|}, ElementTypes = ElementTypes.Float32)]
                class Acme;

                [AttentionBackend("OTHER")]
                [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32, {|ATTN0014:Architectures = ["avx512"]|}, {|ATTN0014:GraphCapture = GraphCaptureLevel.Always|})]
                class Other;
                """,
            FixedCode =
                """
                using AttentionGen;

                [AttentionBackend("ACME")]
                [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
                class Acme;

                [AttentionBackend("OTHER")]
                [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
                class Other;
                """,
        };
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fix_removes_the_declaration() =>
        Fix.RunAsync(
            """
            using System;
            using AttentionGen;

            [{|ATTN0014:AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)|}]
            abstract class Acme;

            [Obsolete("Use another."), {|ATTN0014:AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)|}]
            abstract class Other;
            """,
            """
            using System;
            using AttentionGen;

            abstract class Acme;

            [Obsolete("Use another.")]
            abstract class Other;
            """);

    private static Task RunAsync(string arguments, params DiagnosticResult[] expected) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            [AttentionBackend("ACME")]
            [AttentionSupport({{arguments}})]
            class Acme;
            """,
            expected);
}
