using System.Runtime.InteropServices;
using AttentionGen;

namespace TextGeneration.Generation;

/// <summary>
/// The rows of one step: for each request its new tokens, and after them those of its draft, each at the position that it
/// would have in the text.
/// </summary>
/// <param name="pageSize">The number of tokens of a page.</param>
internal sealed class StepRows(int pageSize)
{
    private readonly AttentionBatchBuilder _builder = new(pageSize);
    private readonly List<long> _tokens = [];
    private readonly List<long> _positions = [];
    private readonly List<long> _logitRows = [];
    private readonly List<int> _firstLogits = [];

    /// <summary>The number of requests.</summary>
    public int RequestCount => _firstLogits.Count;

    /// <summary>What the step computes.</summary>
    public StepKind Kind { get; private set; }

    /// <summary>The token of each row: [T].</summary>
    public long[] Tokens => [.. _tokens];

    /// <summary>The position of each row in its request: [T].</summary>
    public long[] Positions => [.. _positions];

    /// <summary>The rows whose logits are wanted: the last new token of each request, and its draft.</summary>
    public long[] LogitRows => [.. _logitRows];

    /// <summary>Which of the logits follow a node of a request's draft; without a draft node 0 is the last new token.</summary>
    public int LogitsOf(int request, int node) => _firstLogits[request] + node;

    /// <summary>The batch as attention sees it.</summary>
    public AttentionBatch Build() => _builder.Build();

    public void Clear()
    {
        _builder.Clear();
        _tokens.Clear();
        _positions.Clear();
        _logitRows.Clear();
        _firstLogits.Clear();
        Kind = StepKind.Decode;
    }

    public void Add(GenerationRequest request)
    {
        ReadOnlySpan<int> newTokens = request.NewTokens;
        Include(newTokens.Length > 1 ? StepKind.Prompt : request.Draft is null ? StepKind.Decode : StepKind.Draft);
        for (int i = 0; i < newTokens.Length; i++)
            AddRow(newTokens[i], request.Computed + i);

        _firstLogits.Add(_logitRows.Count);
        _logitRows.Add(_tokens.Count - 1);
        if (request.Draft is not { } draft)
        {
            _builder.Add(request.Computed, newTokens.Length, request.Pages);
            return;
        }

        for (int node = 1; node < draft.Count; node++)
        {
            AddRow(draft.Tokens[node], request.Computed + draft.Depth(node));
            _logitRows.Add(_tokens.Count - 1);
        }

        // What does not branch is causal, which backends without a tree mask can do as well.
        if (draft.IsChain)
            _builder.Add(request.Computed, draft.Count, request.Pages);
        else
            _builder.AddTree(request.Computed, draft.Ancestors, request.Pages);
    }

    /// <summary>Copies the tokens and the positions of all rows into memory for at least as many.</summary>
    public void CopyTo(Span<long> tokens, Span<long> positions)
    {
        CollectionsMarshal.AsSpan(_tokens).CopyTo(tokens);
        CollectionsMarshal.AsSpan(_positions).CopyTo(positions);
    }

    private void Include(StepKind kind) => Kind = (StepKind)Math.Max((int)Kind, (int)kind);

    private void AddRow(int token, int position)
    {
        _tokens.Add(token);
        _positions.Add(position);
    }
}
