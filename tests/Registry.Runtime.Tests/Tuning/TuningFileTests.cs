namespace AttentionGen.Tests.Tuning;

public sealed class TuningFileTests : IDisposable
{
    private static readonly DeviceEnvironment s_environment = new()
    {
        Device = AttentionDevice.Cuda(90, index: 1), DeviceName = "NVIDIA H200", Driver = "580.65.06, CUDA 13.0", AttentionGenVersion = "0.1.0", LibtorchVersion = "2.10.0",
    };

    private static readonly TuningFile s_file = new(s_environment, new TuningTable([Entry(16, 4096), Entry(1, 4096)]));

    private readonly string _folder = Directory.CreateTempSubdirectory("attentiongen-tests-").FullName;

    private TuningStore Store => new(new CacheDirectory(_folder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_read_back_as_it_was_written()
    {
        TuningFile read = TuningFile.FromJson(s_file.ToJson());

        Assert.Equal(s_environment, read.Environment);
        Assert.Equal(s_file.ToJson(), read.ToJson());
        Assert.Equal([("FLASH_ATTN", 10.5), ("TORCH_SDPA", 20)], read.Table.Entries[0].Ranking.Select(static backend => (backend.Name, backend.Microseconds)));
        Assert.Equal((AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks, AttentionPhase.Decode, 16), (read.Table.Entries[0].Features, read.Table.Entries[0].Phase, read.Table.Entries[0].Requests));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("\"headSize\": 128", "\"headSize\": 0")]
    [InlineData("\"microseconds\": 20", "\"microseconds\": -20")]
    [InlineData("\"name\": \"TORCH_SDPA\"", "\"name\": null")]
    [InlineData("\"elementType\": \"BFloat16\"", "\"elementType\": \"BFloat17\"")]
    [InlineData("\"device\": ", "\"other\": ")]
    public void What_cannot_be_is_refused(string part, string other) =>
        Assert.Throws<FormatException>(() => TuningFile.FromJson(Replaced(s_file.ToJson(), part, other)));

    [Fact]
    public void What_was_saved_is_loaded_for_any_device_of_its_kind()
    {
        string path = Store.Save(s_file);

        TuningReading reading = Store.Load(s_environment with { Device = AttentionDevice.Cuda(90) });

        Assert.Equal((TuningFileState.Usable, path), (reading.State, reading.Path));
        Assert.Equal(2, reading.Table!.Entries.Length);
    }

    [Fact]
    public void Without_a_file_there_is_a_reason()
    {
        TuningReading reading = Store.Load(s_environment);

        Assert.Equal(TuningFileState.Absent, reading.State);
        Assert.Null(reading.Table);
        Assert.Contains(reading.Path, reading.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"format\": 1 }")]
    [InlineData("{ \"format\": 1, \"entries\": [")]
    public void A_damaged_file_is_not_used_and_the_reason_names_it(string text)
    {
        string path = Store.Save(s_file);
        File.WriteAllText(path, text);

        TuningReading reading = Store.Load(s_environment);

        Assert.Equal((TuningFileState.Damaged, null), (reading.State, reading.Table));
        Assert.Contains(path, reading.Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TuningFileState.Damaged, "{", "")]
    [InlineData(TuningFileState.Damaged, "\"requests\": 16", "\"requests\": \"many\"")]
    [InlineData(TuningFileState.OtherFormat, "\"format\": 1", "\"format\": 7")]
    [InlineData(TuningFileState.OtherVersion, "\"attentionGenVersion\": \"0.1.0\"", "\"attentionGenVersion\": \"0.0.9\"")]
    [InlineData(TuningFileState.OtherVersion, "\"libtorchVersion\": \"2.10.0\"", "\"libtorchVersion\": null")]
    [InlineData(TuningFileState.OtherVersion, "580.65.06", "570.00")]
    [InlineData(TuningFileState.OtherDevice, "NVIDIA H200", "NVIDIA H100")]
    public void A_file_that_does_not_hold_here_is_not_used_and_the_reason_names_it(TuningFileState state, string part, string other)
    {
        string path = Store.Save(s_file);
        File.WriteAllText(path, Replaced(File.ReadAllText(path), part, other));

        TuningReading reading = Store.Load(s_environment);

        Assert.Equal((state, null), (reading.State, reading.Table));
        Assert.Contains(path, reading.Explanation, StringComparison.Ordinal);

        Store.Save(s_file);
        Assert.Equal(TuningFileState.Usable, Store.Load(s_environment).State);
    }

    [Fact]
    public void Another_device_has_a_file_of_its_own() =>
        Assert.NotEqual(Store.PathFor(s_environment), Store.PathFor(s_environment with { DeviceName = "NVIDIA H100" }));

    [Fact]
    public void Several_writers_and_readers_at_once_see_whole_files()
    {
        Store.Save(s_file);

        Parallel.For(0, 200, i =>
        {
            if (i % 4 == 0)
                Store.Save(s_file);
            Assert.Equal(TuningFileState.Usable, Store.Load(s_environment).State);
        });

        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_newer_table_takes_the_place_of_the_shapes_that_it_has()
    {
        TuningEntry again = Entry(16, 4096) with { Device = AttentionDevice.Cuda(90), Ranking = [new("TORCH_SDPA", 1)] };

        TuningTable table = s_file.Table.With(new TuningTable([again, Entry(64, 4096)]));

        Assert.Equal([(1, "FLASH_ATTN"), (16, "TORCH_SDPA"), (64, "FLASH_ATTN")], table.Entries.Select(static entry => (entry.Requests, entry.Ranking[0].Name)));
    }

    private static TuningEntry Entry(int requests, int length) => new()
    {
        Device = s_environment.Device,
        ElementType = ElementType.BFloat16,
        CacheElementType = ElementType.Float8E4M3,
        HeadSize = 128,
        GroupSize = 4,
        Features = AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks,
        Phase = AttentionPhase.Decode,
        Requests = requests,
        ContextLength = length,
        Ranking = [new("FLASH_ATTN", 10.5), new("TORCH_SDPA", 20)],
    };

    private static string Replaced(string text, string part, string other)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, other, StringComparison.Ordinal);
    }
}
