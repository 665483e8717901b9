namespace AttentionGen.Tests.Documentation;

/// <summary>The examples of docs/selection.md, line for line. Each writes what the page says that it writes.</summary>
internal static class SelectionExamples
{
    public static IReadOnlyDictionary<string, Action<TextWriter>> All { get; } = new Dictionary<string, Action<TextWriter>>
    {
        ["Ask"] = Ask,
        ["Reasons"] = Reasons,
        ["Refused"] = Refused,
        ["Unknown"] = Unknown,
        ["Scoped"] = Scoped,
        ["Order"] = Order,
    };

    private static AttentionRequest Request => new()
    {
        Device = AttentionDevice.Parse("cuda:9.0"),
        ElementType = ElementType.BFloat16,
        HeadSize = 128, QueryHeads = 32, KeyValueHeads = 8,
        PageSize = 16,
        Features = AttentionFeatures.SoftCap | AttentionFeatures.SlidingWindow,
    };

    private static void Ask(TextWriter Console)
    {
        AttentionRequest request = new()
        {
            Device = AttentionDevice.Parse("cuda:9.0"),
            ElementType = ElementType.BFloat16,
            HeadSize = 128, QueryHeads = 32, KeyValueHeads = 8,
            PageSize = 16,
            Features = AttentionFeatures.SoftCap | AttentionFeatures.SlidingWindow,
        };
        Selection selection = AttentionRegistry.Select(request);
        Console.WriteLine(selection.Explain());
    }

    private static void Reasons(TextWriter Console)
    {
        Selection selection = AttentionRegistry.Select(Request);
        foreach (CandidateVerdict candidate in selection.Candidates)
        {
            foreach (SelectionReason reason in candidate.Reasons)
                Console.WriteLine($"{candidate.Name}: {reason.Code}, asked for {reason.Requested}; vLLM says '{reason.Phrase}'");
        }
    }

    private static void Refused(TextWriter Console)
    {
        AttentionRequest request = Request;
        try
        {
            AttentionRegistry.Select(request with { Backend = "xformers" });
        }
        catch (BackendSelectionException error)
        {
            Console.WriteLine(error.Message);
        }
    }

    private static void Unknown(TextWriter Console)
    {
        AttentionRequest request = Request;
        try
        {
            AttentionRegistry.Select(request with { Backend = "FLASHATTN" });
        }
        catch (UnknownBackendException error)
        {
            Console.WriteLine(error.Message);
        }
    }

    private static void Scoped(TextWriter Console)
    {
        AttentionRequest request = Request;
        SelectionOptions options = new()
        {
            Choices =
            [
                new() { Backend = "XFORMERS" },
                new() { Backend = "TORCH_SDPA", LayerKind = AttentionLayerKind.SlidingWindow },
                new() { Backend = "auto", Layers = LayerRanges.Parse("0-1"), },
                new() { Backend = "TREE_ATTN", Phase = AttentionPhase.Draft },
            ],
        };
        AttentionRequest layer = request with { Features = AttentionFeatures.None, Phase = AttentionPhase.Decode };
        string Name(AttentionRequest asked) => AttentionRegistry.Select(asked, options).Backend.Name;
        Console.WriteLine($"layer 0: {Name(layer with { Layer = 0 })}");
        Console.WriteLine($"layer 7: {Name(layer with { Layer = 7 })}");
        Console.WriteLine($"layer 7, window: {Name(layer with { Layer = 7, Features = AttentionFeatures.SlidingWindow })}");
        Console.WriteLine($"layer 7, draft: {Name(layer with { Layer = 7, Phase = AttentionPhase.Draft })}");
    }

    private static void Order(TextWriter Console)
    {
        AttentionRequest request = Request;
        PriorityTable mine = new([new() { Device = DeviceKind.Cuda, Names = ["XFORMERS", "TORCH_SDPA"] }]);
        SelectionOptions ordered = new() { Rules = SelectionRules.WithPriorities(mine) };
        Console.WriteLine(AttentionRegistry.Select(request with { Features = AttentionFeatures.None }, ordered).Backend.Name);
    }
}
