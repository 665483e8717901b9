using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AttentionGen.Tests.Cuda;

/// <summary>What the assembler reports of a kernel.</summary>
/// <param name="Name">The kernel.</param>
/// <param name="Registers">The registers of a thread.</param>
/// <param name="SpillBytes">The bytes of registers that are stored to memory and loaded from it.</param>
/// <param name="StackBytes">The bytes of a thread's stack frame.</param>
internal sealed partial record ResourceReport(string Name, int Registers, int SpillBytes, int StackBytes)
{
    /// <summary>Reads a log of a compilation with <c>--ptxas-options=-v</c>.</summary>
    public static ImmutableArray<ResourceReport> Parse(string log) =>
    [
        .. Kernel().Matches(log).Select(static match => new ResourceReport(
            match.Groups["name"].Value,
            Number(match, "registers"),
            Number(match, "stores") + Number(match, "loads"),
            Number(match, "stack"))),
    ];

    /// <summary>The assembler's remarks that wgmma instructions or register budgets are not used as written.</summary>
    public static ImmutableArray<string> Complaints(string log) =>
        [.. log.Split('\n').Where(static line => Serialised().IsMatch(line))];

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"Compiling entry function '(?<name>\w+)'.*?(?<stack>\d+) bytes stack frame, (?<stores>\d+) bytes spill stores, (?<loads>\d+) bytes spill loads.*?Used (?<registers>\d+) registers",
        RegexOptions.Singleline)]
    private static partial Regex Kernel();

    [GeneratedRegex(@"C75(08|10|12)\b|wgmma.*serializ|setmaxnreg.*ignored", RegexOptions.IgnoreCase)]
    private static partial Regex Serialised();
}
