using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>One case of the battery for one backend. Two checks of one group and name do the same.</summary>
/// <param name="group">What it is about.</param>
/// <param name="name">What is asked, spelled out.</param>
internal abstract class BatteryCheck(string group, string name)
{
    public string Group { get; } = group;

    public string Name { get; } = name;

    /// <summary>Runs it. Whatever it throws is the backend's failure.</summary>
    public abstract CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations);
}
