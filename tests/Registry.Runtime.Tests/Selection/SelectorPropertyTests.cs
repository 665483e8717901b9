using System.Collections.Concurrent;
using CsCheck;

namespace AttentionGen.Tests;

/// <summary>
/// Random requests, valid and not, against random registries, rules, configurations, findings and measurements. Any other
/// exception than the three that the selector documents fails every test here.
/// </summary>
public sealed class SelectorPropertyTests
{
    private const int Questions = 20_000;

    [Fact]
    public void The_same_question_has_the_same_answer_whatever_the_order_of_the_backends() => Sample(static question =>
    {
        string first = Ask(question).Text;
        Assert.Equal(first, Ask(question).Text);
        Assert.Equal(first, SelectionAnswer.To(question, new UnsortedRegistry([.. question.Backends.Reverse()])).Text);
        Assert.Equal(first, SelectionAnswer.To(question, new UnsortedRegistry([.. question.Backends.OrderBy(static backend => backend.Name, StringComparer.Ordinal)])).Text);
    });

    [Fact]
    public void A_request_is_refused_exactly_where_it_makes_no_sense() => Sample(static question =>
        Assert.Equal(!RequestOracle.IsValid(question.Request), Ask(question).Error is InvalidAttentionRequestException));

    [Fact]
    public void The_winner_declares_all_that_is_asked() => Sample(static question =>
    {
        if (Ask(question).Selection is { } selection)
            Assert.Empty(SupportOracle.Against(selection.Backend, question.Request));
    });

    [Fact]
    public void Every_candidate_has_exactly_the_reasons_that_its_declaration_gives() => Sample(static question =>
    {
        SelectionAnswer answer = Ask(question);
        IEnumerable<CandidateVerdict> candidates = answer.Selection?.Candidates ?? (answer.Error as BackendSelectionException)?.Candidates ?? [];
        Assert.All(candidates, candidate => Assert.Equal(
            SupportOracle.Against(candidate.Backend!, question.Request).Order(),
            candidate.Reasons.Where(static reason => reason.Code is not (ReasonCode.Disabled or ReasonCode.ProbeFailed)).Select(static reason => (reason.Code, reason.Feature)).Order()));
    });

    [Fact]
    public void The_winner_has_no_reason_against_it_and_is_neither_disabled_nor_failed() => Sample(static question =>
    {
        if (Ask(question).Selection is not { } selection)
            return;

        CandidateVerdict winner = Assert.Single(selection.Candidates, candidate => candidate.Name == selection.Backend.Name);
        Assert.True(winner.IsSupported);
        Assert.DoesNotContain(question.Options.Disabled, name => name.Trim().Equals(winner.Name, StringComparison.OrdinalIgnoreCase));
        Assert.False(HasFailed(question, winner.Name), "It failed its probe on the device.");
    });

    [Fact]
    public void A_named_backend_wins_or_there_is_an_error_and_else_the_best_wins() => Sample(static question =>
    {
        if (!RequestOracle.IsValid(question.Request))
            return;

        SelectionAnswer answer = Ask(question);
        if (Names(question).Any(name => !IsKnown(question, name)))
        {
            Assert.IsType<UnknownBackendException>(answer.Error);
            return;
        }

        (string? named, BackendChoiceSource source) = Choice(question);
        if (named is null && source == BackendChoiceSource.Configuration)
            Assert.IsType<BackendSelectionException>(answer.Error);
        else if (named is not null && question.Backends.All(backend => backend.Name != named))
            Assert.IsType<UnknownBackendException>(answer.Error);
        else
            AssertWinner(named ?? Best(question), source, question, answer);
    });

    [Fact]
    public void The_explanation_has_a_line_for_each_other_candidate() => Sample(static question =>
    {
        if (Ask(question).Selection is not { } selection)
            return;

        string[] lines = selection.Explain().Split(Environment.NewLine);
        Assert.StartsWith($"{selection.Backend.Name}: ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            selection.Candidates.Select(static candidate => candidate.Name).Where(name => name != selection.Backend.Name),
            lines.Skip(1).Where(static line => line.StartsWith("  not ", StringComparison.Ordinal)).Select(static line => line[6..line.IndexOf(':')]));
    });

    [Fact]
    public void A_registry_gives_from_memory_what_the_selector_gives() => Sample(static question =>
    {
        UnsortedRegistry registry = new(question.Backends);
        if (SelectionAnswer.To(question with { Environment = null }, registry).Selection is not { } selection)
            return;

        Selection kept = registry.Select(question.Request, question.Options);
        Assert.Same(kept, registry.Select(question.Request with { }, question.Options));
        Assert.Equal(selection.Explain(), kept.Explain());
    });

    [Fact]
    public void Every_kind_of_answer_is_met()
    {
        ConcurrentDictionary<string, int> met = new();
        Sample(question =>
        {
            SelectionAnswer answer = Ask(question);
            met.AddOrUpdate(answer.Error?.GetType().Name ?? answer.Selection!.Source.ToString(), 1, static (_, count) => count + 1);
            if (answer.Selection is { MeasuredShape: not null, Source: BackendChoiceSource.Automatic })
                met.AddOrUpdate("Measured", 1, static (_, count) => count + 1);
            if (answer.Selection?.PrecludedByPageSize.IsEmpty == false)
                met.AddOrUpdate("Precluded", 1, static (_, count) => count + 1);
            foreach (ReasonCode code in answer.Selection?.Candidates.SelectMany(static candidate => candidate.Reasons).Select(static reason => reason.Code).Distinct() ?? [])
                met.AddOrUpdate(code.ToString(), 1, static (_, count) => count + 1);
        });

        string[] kinds =
        [
            nameof(BackendSelectionException), nameof(UnknownBackendException), nameof(InvalidAttentionRequestException), "Measured", "Precluded",
            .. Enum.GetNames<BackendChoiceSource>(),
            .. Enum.GetValues<ReasonCode>().Where(static code => code <= ReasonCode.GraphCapture || code is ReasonCode.Disabled or ReasonCode.ProbeFailed).Select(static code => code.ToString()),
        ];
        Assert.All(kinds, kind => Assert.True(met.GetValueOrDefault(kind) >= 20, $"{kind}: {met.GetValueOrDefault(kind)} of {Questions}."));
    }

    private static void Sample(Action<SelectionQuestion> check) => SelectionQuestion.Any.Sample(check, iter: Questions);

    private static SelectionAnswer Ask(SelectionQuestion question) => SelectionAnswer.To(question, new UnsortedRegistry(question.Backends));

    private static void AssertWinner(string? expected, BackendChoiceSource source, SelectionQuestion question, SelectionAnswer answer)
    {
        if (expected is null || !CanServe(question, question.Backends.Single(backend => backend.Name == expected)))
            Assert.IsType<BackendSelectionException>(answer.Error);
        else
            Assert.Equal((expected, source), (answer.Selection?.Backend.Name, answer.Selection?.Source ?? source));
    }

    /// <summary>The names that must be known whichever holds.</summary>
    private static IEnumerable<string> Names(SelectionQuestion question) =>
    [
        .. question.Options.Choices.Select(static choice => choice.Backend.Trim()).Where(static name => !name.Equals("auto", StringComparison.OrdinalIgnoreCase)),
        .. question.Options.Disabled,
        .. Choice(question).Name is { } named ? (string[])[named] : [],
    ];

    private static bool IsKnown(SelectionQuestion question, string name) =>
        InTreeNames.All.Concat(question.Backends.Select(static backend => backend.Name)).Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The request before the configuration before the environment; configuration without a name: it contradicts itself.</summary>
    private static (string? Name, BackendChoiceSource Source) Choice(SelectionQuestion question)
    {
        if (question.Request.Backend is { } asked)
            return (asked.Trim().ToUpperInvariant(), BackendChoiceSource.Request);
        return ChoiceOracle.Resolve(question.Options.Choices, question.Request) switch
        {
            ChoiceOracle.None when question.Environment is { } environment => (environment.Name.Trim().ToUpperInvariant(), BackendChoiceSource.Environment),
            ChoiceOracle.None or "AUTO" => (null, BackendChoiceSource.Automatic),
            var configured => (configured, BackendChoiceSource.Configuration),
        };
    }

    /// <summary>Of those that can serve the fastest, of those as fast or not measured the first of the order, then the first by name.</summary>
    private static string? Best(SelectionQuestion question)
    {
        TuningEntry? measured = question.Options.Tuning?.Find(question.Request);
        var order = question.Priorities.OrderFor(question.Request);
        return question.Backends
            .Where(backend => CanServe(question, backend))
            .OrderBy(backend => measured?.Ranking.FirstOrDefault(time => time.Name == backend.Name)?.Microseconds ?? double.PositiveInfinity)
            .ThenBy(backend => order.Contains(backend.Name) ? order.IndexOf(backend.Name) : int.MaxValue)
            .ThenBy(static backend => backend.Name, StringComparer.Ordinal)
            .FirstOrDefault()?.Name;
    }

    private static bool CanServe(SelectionQuestion question, BackendDescriptor backend) =>
        !SupportOracle.Against(backend, question.Request).Any()
        && !question.Options.Disabled.Any(name => name.Trim().Equals(backend.Name, StringComparison.OrdinalIgnoreCase))
        && !HasFailed(question, backend.Name);

    private static bool HasFailed(SelectionQuestion question, string name) =>
        question.Options.Availability is { } snapshot
        && snapshot.Backends.Any(found => found.Name == name && !found.IsUsable)
        && snapshot.Device.Kind == question.Request.Device.Kind && snapshot.Device.Index == question.Request.Device.Index
        && (question.Request.Device.ComputeCapability == 0 || question.Request.Device.ComputeCapability == snapshot.Device.ComputeCapability)
        && (question.Request.Device.Architecture ?? snapshot.Device.Architecture) == snapshot.Device.Architecture;
}
