namespace TextGeneration.Tests.Fixtures;

/// <summary>Where the build puts the files of tests/fixtures and models, beside the tests.</summary>
internal static class FixtureFiles
{
    /// <summary>The folder of models/tiny-tasks.</summary>
    public static string TinyTasksModel { get; } = Path.Combine(AppContext.BaseDirectory, "models", "tiny-tasks");

    /// <summary>A file of tests/fixtures/tiny-tasks.</summary>
    public static string TinyTasks(string file) => Path.Combine(AppContext.BaseDirectory, "fixtures", "tiny-tasks", file);

    /// <summary>A folder of tests/fixtures/architectures.</summary>
    public static string Architecture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", "architectures", name);
}
