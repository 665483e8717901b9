using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Speculation;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Speculation;

/// <summary>Tokens are the same with speculation as without, and come in fewer steps, on every backend that attends to trees.</summary>
[Collection(TinyTasks.Collection)]
public sealed class SpeculativeGenerationTests(TinyTasks model)
{
    private static readonly GenerationOptions s_options = new() { MaxTokens = TransformersPrompt.MaxNewTokens };
    private static readonly int[][] s_prompts = TransformersPrompt.AllPromptTokens;
    private static readonly int[][] s_answers = [.. TransformersPrompt.All.Select(static prompt => prompt.Float32Tokens)];
    private static readonly int[][] s_texts = [.. s_prompts.Zip(s_answers, static (prompt, answer) => (int[])[.. prompt, .. answer])];

    public static TheoryData<string> Backends { get; } = [.. TreeBackends.For(FixtureFiles.TinyTasksModel)];

    public static TheoryData<string> BFloat16Backends { get; } = [.. TreeBackends.For(FixtureFiles.TinyTasksModel, ElementType.BFloat16)];

    public static TheoryData<string, int> PageSizes { get; } =
        [.. ((int[])[1, 16, 64]).SelectMany(static size => TreeBackends.For(FixtureFiles.TinyTasksModel, pageSize: size).Select(name => (name, size)))];

    public static TheoryData<string, string> Architectures { get; } =
        [.. ArchitectureTests.Names.SelectMany(static row => TreeBackends.For(FixtureFiles.Architecture(row.Data)).Select(name => (name, row.Data)))];

    [Theory]
    [MemberData(nameof(PageSizes))]
    public void Tokens_of_all_prompts_together(string backend, int pageSize)
    {
        foreach (SpeculationOptions options in (SpeculationOptions[])[
            new() { DraftTokens = 1, Branches = 1 }, new() { DraftTokens = 4 }, new() { DraftTokens = 9, Branches = 7, LongestNgram = 2 }])
        {
            using GeneratorOverCache session = Session(backend, s_options, Pages(pageSize), pageSize, new NgramDraft(options));
            AssertAnswers(s_answers, session.Answer(s_prompts));
            Assert.True(session.Generator.AcceptedTokens > 20, $"{session.Generator.AcceptedTokens} accepted");
            Assert.True(session.Generator.DraftedTokens >= session.Generator.AcceptedTokens);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Repetitive_prompts_take_fewer_steps(string backend)
    {
        string[] prompts =
        [
            "sort 10 9 8 7 6 5 4 3 2 1", "sort 4821 377 4822 9 0", "sort 555 555 555 555", "reverse aaaaaaaabbbbbbbb", "recall apple=5 pear=12 plum=700 ? plum",
        ];
        int[][] tokens = [.. prompts.Select(model.Tokenizer.Encode)];
        foreach (int[] prompt in tokens)
        {
            GeneratedAnswers expected = model.Float32.Generate([prompt], s_options);
            using GeneratorOverCache session = Session(backend, s_options, pages: 8, drafts: new NgramDraft(new SpeculationOptions { DraftTokens = 4 }));
            Assert.Equal(expected.Tokens, session.Answer([prompt]).Tokens);
            Assert.True(session.Generator.Steps.Count < expected.Tokens[0].Length, $"{session.Generator.Steps.Count} steps for {expected.Tokens[0].Length} tokens");
        }
    }

    // Other tokens of the step, other requests' prompts among them, change nothing.
    [Theory]
    [MemberData(nameof(Backends))]
    public void Tokens_of_prompts_that_join_and_leave(string backend)
    {
        foreach ((int maxBatch, int maxStepTokens) in ((int, int)[])[(1, 8192), (5, 64), (3, 1), (7, 8192), (32, 100)])
        {
            GenerationOptions options = s_options with { MaxBatch = maxBatch, MaxStepTokens = maxStepTokens };
            using GeneratorOverCache session = Session(backend, options, Pages(16), drafts: new NgramDraft(new SpeculationOptions { DraftTokens = 4 }));
            AssertAnswers(s_answers, session.Answer(s_prompts));
            Assert.Equal(maxStepTokens == 1, session.Generator.DraftedTokens == 0);
        }
    }

    [Theory]
    [MemberData(nameof(BFloat16Backends))]
    public void Tokens_in_bfloat16(string backend)
    {
        LoadedModel bfloat16 = model.OnTreeBackend(backend, ElementType.BFloat16);
        GeneratedAnswers answers = bfloat16.Generate(s_prompts, s_options, pageOrder: 5, drafts: new NgramDraft(new SpeculationOptions { DraftTokens = 4 }));
        Assert.Equal(TransformersPrompt.All.Select(static prompt => prompt.BFloat16Tokens), answers.Tokens);
    }

    // Each step after the prompt's gives all that was guessed and one more; the token that ends an answer is among the guesses.
    [Theory]
    [MemberData(nameof(PageSizes))]
    public void Second_branches_win(string backend, int pageSize)
    {
        const int Depth = 4;
        foreach (Func<int[], IEnumerable<int[]>> branches in (Func<int[], IEnumerable<int[]>>[])[KnownAnswers.SecondOfTwo, KnownAnswers.SecondOfThree])
        {
            using GeneratorOverCache session = Session(backend, s_options, Pages(pageSize), pageSize, new KnownAnswers(s_texts, Depth, branches));
            AssertAnswers(s_answers, session.Answer(s_prompts));
            Assert.Equal(s_answers.Sum(static answer => 1 + ((answer.Length - 1 + Depth) / (Depth + 1))), session.Generator.Steps.Requests);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Nothing_comes_after_the_end_of_an_answer(string backend)
    {
        int[][] longer = [.. s_texts.Select(static text => (int[])[.. text, 'x', 'y', 'z', 'x', 'y', 'z'])];
        using GeneratorOverCache session = Session(backend, s_options, Pages(16), drafts: new KnownAnswers(longer, 6, KnownAnswers.SecondOfTwo));
        AssertAnswers(s_answers, session.Answer(s_prompts));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Answers_end_at_the_most_tokens(string backend)
    {
        foreach (int maxTokens in (int[])[1, 2, 3, 5, 8])
        {
            GenerationOptions options = s_options with { MaxTokens = maxTokens };
            using GeneratorOverCache session = Session(backend, options, Pages(16), drafts: new KnownAnswers(s_texts, 20, KnownAnswers.SecondOfThree));
            GeneratedAnswers answers = session.Answer(s_prompts);
            Assert.Equal(s_answers.Select(answer => answer.Take(maxTokens)), answers.Tokens);
            Assert.Equal(s_answers.Select(answer => answer.Length <= maxTokens ? FinishReason.Stop : FinishReason.Length), answers.Finishes);
        }
    }

    // Of a request's pages the last one has no room for branches. What is drafted shrinks to what there is room for.
    [Theory]
    [MemberData(nameof(PageSizes))]
    public void A_full_cache_leaves_less_to_draft(string backend, int pageSize)
    {
        (int[] prompt, int[] answer) = (s_prompts[11 + 3], s_answers[11 + 3]);
        GenerationOptions options = s_options with { MaxTokens = answer.Length };
        int pages = (s_texts[11 + 3].Length + pageSize - 1) / pageSize;
        int[] drafted = [.. ((int[])[pages, pages + 64]).Select(count =>
        {
            using GeneratorOverCache session = Session(backend, options, count, pageSize, new KnownAnswers(s_texts, 8, KnownAnswers.SecondOfThree));
            Assert.Equal(answer, session.Answer([prompt]).Tokens[0]);
            return session.Generator.DraftedTokens;
        })];
        Assert.True(drafted[0] <= drafted[1]);
        if (pageSize == 1)
            Assert.True(drafted[0] < drafted[1], $"{drafted[0]} drafted in a full cache, {drafted[1]} in a large one");
    }

    // The pages of drafts are what other requests wait for.
    [Theory]
    [MemberData(nameof(Backends))]
    public void Drafts_keep_no_request_from_its_pages(string backend)
    {
        int pages = (s_texts.Max(static text => text.Length) + 15) / 16;
        GenerationOptions options = s_options with { MaxTokens = 16 };
        using GeneratorOverCache session = Session(backend, options, pages, drafts: new KnownAnswers(s_texts, 12, KnownAnswers.SecondOfThree));
        Assert.Equal(s_answers.Select(static answer => answer.Take(16)), session.Answer(s_prompts).Tokens);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void An_abandoned_enumeration_releases_the_pages_of_drafts(string backend)
    {
        using GeneratorOverCache session = Session(
            backend, s_options with { MaxBatch = 4 }, pages: 64, drafts: new KnownAnswers(s_texts, 20, KnownAnswers.SecondOfThree));
        for (int count = 1; count < 12; count++)
        {
            Assert.Equal(count, session.Generator.Generate(s_prompts, TestContext.Current.CancellationToken).Take(count).Count());
            Assert.Equal(64, session.Allocator.FreeCount);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Draws_are_those_without_speculation(string backend)
    {
        foreach (double temperature in (double[])[0.7, 3])
        {
            GenerationOptions options = s_options with { Temperature = temperature, Seed = 17 };
            GeneratedAnswers expected = model.Float32.Generate(s_prompts, options);
            int[][] texts = [.. s_prompts.Zip(expected.Tokens, static (prompt, answer) => (int[])[.. prompt, .. answer])];
            foreach (IDraftSource drafts in (IDraftSource[])[
                new NgramDraft(new SpeculationOptions { DraftTokens = 4 }), new KnownAnswers(texts, 4, KnownAnswers.SecondOfThree)])
            {
                using GeneratorOverCache session = Session(backend, options, Pages(16), drafts: drafts);
                Assert.Equal(expected.Tokens, session.Answer(s_prompts).Tokens);
                Assert.True(session.Generator.AcceptedTokens > 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Architectures_give_the_tokens_of_transformers(string backend, string name)
    {
        string folder = FixtureFiles.Architecture(name);
        ArchitectureFixture expected = ArchitectureFixture.Read(folder);
        using LoadedModel architecture = LoadedModel.Load(folder, ElementType.Float32, treeBackend: backend);
        GenerationOptions options = new() { MaxTokens = expected.Continuation.Length };
        int[][] texts = [[.. expected.Prompt, .. expected.Continuation]];
        foreach (IDraftSource drafts in (IDraftSource[])[
            new NgramDraft(new SpeculationOptions { DraftTokens = 4 }),
            new KnownAnswers(texts, 3, KnownAnswers.SecondOfTwo),
            new KnownAnswers(texts, 6, KnownAnswers.SecondOfThree)])
        {
            Assert.Equal(expected.Continuation, architecture.Generate([expected.Prompt], options, pageOrder: 1, drafts: drafts).Tokens[0]);
        }
    }

    // A single continuation is attended causally, which every backend can do.
    [Fact]
    public void A_model_without_tree_masks_verifies_single_continuations()
    {
        int pages = s_prompts.Length * ((s_texts.Max(static text => text.Length) + 15) / 16);
        using GeneratorOverCache session = new(
            model.Float32, s_options, pages, drafts: new NgramDraft(new SpeculationOptions { DraftTokens = 4, Branches = 1 }));
        AssertAnswers(s_answers, session.Answer(s_prompts));
        Assert.True(session.Generator.AcceptedTokens > 20);
    }

    /// <summary>Room for all prompts with their answers, and for the largest drafts.</summary>
    private static int Pages(int pageSize) =>
        s_prompts.Sum(prompt => (prompt.Length + TransformersPrompt.MaxNewTokens + DraftTree.MaxNodes + pageSize - 1) / pageSize);

    private static void AssertAnswers(int[][] expected, GeneratedAnswers answers)
    {
        Assert.Equal(expected, answers.Tokens);
        Assert.All(answers.Finishes, static finish => Assert.Equal(FinishReason.Stop, finish));
    }

    private GeneratorOverCache Session(string backend, GenerationOptions options, int pages, int pageSize = 16, IDraftSource? drafts = null) =>
        new(model.OnTreeBackend(backend), options, pages, pageSize, pageOrder: 3, drafts);
}
