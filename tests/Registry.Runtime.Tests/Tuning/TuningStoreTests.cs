namespace AttentionGen.Tests.Tuning;

public sealed class TuningStoreTests : IDisposable
{
    private static readonly DeviceEnvironment s_environment = new()
    {
        Device = AttentionDevice.Cuda(90, 1), DeviceName = "NVIDIA H200", Driver = "580.1", AttentionGenVersion = "0.1.0", LibtorchVersion = "2.10.0",
    };

    private static readonly TuningFile s_tuning = new(s_environment, new TuningTable(
    [
        new()
        {
            Device = AttentionDevice.Cuda(90), ElementType = ElementType.BFloat16, CacheElementType = ElementType.Float8E4M3, HeadSize = 128, GroupSize = 4,
            Features = AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks, Phase = AttentionPhase.Decode, Requests = 16, ContextLength = 4096,
            Ranking = [new("FLASH_ATTN", 41.5), new("TORCH_SDPA", 60)],
        },
    ]));

    private readonly TuningStore _store = new(new CacheDirectory(Path.Combine(Path.GetTempPath(), $"attentiongen-tests-{Guid.NewGuid():N}")));

    [Fact]
    public void What_is_saved_is_read_by_any_device_of_the_same_name()
    {
        string path = _store.Save(s_tuning);

        TuningReading reading = _store.Load(s_environment with { Device = AttentionDevice.Cuda(90) });

        Assert.Equal((TuningFileState.Usable, path), (reading.State, reading.Path));
        Assert.Equal(s_tuning.ToJson(), new TuningFile(s_environment, reading.Table!).ToJson());
    }

    [Fact]
    public void Why_a_file_is_not_used_is_said()
    {
        Assert.Equal(TuningFileState.Absent, _store.Load(s_environment).State);
        string path = _store.Save(s_tuning);
        string text = File.ReadAllText(path);

        Assert.Equal(TuningFileState.OtherVersion, _store.Load(s_environment with { LibtorchVersion = "2.11.0" }).State);
        Assert.Equal(TuningFileState.OtherVersion, _store.Load(s_environment with { AttentionGenVersion = "0.2.0" }).State);
        Assert.Equal(TuningFileState.OtherVersion, _store.Load(s_environment with { Driver = "590.0" }).State);
        foreach (string damaged in (string[])["", "{", "null", "[]", text[..^20], text.Replace("\"requests\": 16", "\"requests\": -1", StringComparison.Ordinal)])
        {
            File.WriteAllText(path, damaged);
            TuningReading reading = _store.Load(s_environment);
            Assert.Equal((TuningFileState.Damaged, null), (reading.State, reading.Table));
            Assert.Contains(path, reading.Explanation, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_writers_and_a_reader_at_once_never_see_half_a_file()
    {
        _store.Save(s_tuning);
        Task[] writers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
                _store.Save(s_tuning);
        }))];

        while (!writers.All(static writer => writer.IsCompleted))
            Assert.Equal(TuningFileState.Usable, _store.Load(s_environment).State);

        await Task.WhenAll(writers);
        Assert.Single(Directory.GetFiles(_store.Directory.Path));
    }

    [Fact]
    public void The_folder_is_the_users_or_the_one_that_the_environment_names()
    {
        string? before = Environment.GetEnvironmentVariable(CacheDirectory.Variable);
        try
        {
            Environment.SetEnvironmentVariable(CacheDirectory.Variable, _store.Directory.Path);
            Assert.Equal(_store.Directory.Path, CacheDirectory.ForUser().Path);
            Environment.SetEnvironmentVariable(CacheDirectory.Variable, null);
            Assert.EndsWith("attentiongen", CacheDirectory.ForUser().Path, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(CacheDirectory.Variable, before);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_store.Directory.Path))
            Directory.Delete(_store.Directory.Path, recursive: true);
    }
}
