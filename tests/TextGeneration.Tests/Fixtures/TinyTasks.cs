using AttentionGen;
using TextGeneration.Tokenization;

namespace TextGeneration.Tests.Fixtures;

/// <summary>models/tiny-tasks, loaded once for all test classes that share it.</summary>
public sealed class TinyTasks : IDisposable
{
    /// <summary>The name of the test collection. Its classes run one after another, as libtorch uses all cores by itself.</summary>
    public const string Collection = "tiny-tasks";

    private readonly Lazy<LoadedModel> _float32 = new(static () => LoadedModel.Load(FixtureFiles.TinyTasksModel, ElementType.Float32));
    private readonly Lazy<LoadedModel> _bfloat16 = new(static () => LoadedModel.Load(FixtureFiles.TinyTasksModel, ElementType.BFloat16));

    private readonly Lazy<LoadedModel> _endless = new(static () => LoadedModel.Load(
        FixtureFiles.TinyTasksModel, ElementType.Float32, static configuration => configuration with { EndOfTextIds = [] }));

    private readonly Dictionary<(string, ElementType), LoadedModel> _onTreeBackends = [];

    internal LoadedModel Float32 => _float32.Value;

    internal LoadedModel BFloat16 => _bfloat16.Value;

    /// <summary>In float32, with no token that ends an answer.</summary>
    internal LoadedModel Endless => _endless.Value;

    /// <summary>For steps with trees of draft tokens, on a named backend.</summary>
    internal LoadedModel OnTreeBackend(string backend, ElementType type = ElementType.Float32)
    {
        if (!_onTreeBackends.TryGetValue((backend, type), out LoadedModel? model))
            _onTreeBackends.Add((backend, type), model = LoadedModel.Load(FixtureFiles.TinyTasksModel, type, treeBackend: backend));
        return model;
    }

    internal HuggingFaceTokenizer Tokenizer { get; } = HuggingFaceTokenizer.Load(FixtureFiles.TinyTasksModel);

    public void Dispose()
    {
        foreach (Lazy<LoadedModel> model in (Lazy<LoadedModel>[])[_float32, _bfloat16, _endless])
        {
            if (model.IsValueCreated)
                model.Value.Dispose();
        }

        foreach (LoadedModel model in _onTreeBackends.Values)
            model.Dispose();
    }
}

[CollectionDefinition(TinyTasks.Collection)]
public sealed class TinyTasksDefinition : ICollectionFixture<TinyTasks>;
