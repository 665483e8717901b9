namespace AttentionGen.Tests;

/// <summary>Which measured shape a request is ranked by.</summary>
public sealed class TuningTableTests
{
    /// <summary>The shape that <see cref="Descriptors.CpuRequest"/> is taken to have.</summary>
    public static TuningEntry Entry { get; } = new()
    {
        Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, CacheElementType = ElementType.Float32, HeadSize = 64, GroupSize = 4,
        Phase = AttentionPhase.Decode, Requests = 16, ContextLength = 4096, Ranking = [],
    };

    [Theory]
    [InlineData(null, null, 16, 4096)]
    [InlineData(1, 128, 1, 128)]
    [InlineData(3, 200, 1, 128)]
    [InlineData(100, 4096, 64, 4096)]
    [InlineData(4, 4096, 1, 4096)]
    [InlineData(32, 4096, 16, 4096)]
    [InlineData(100000, 1000000, 64, 4096)]
    public void The_nearest_shape_by_ratio_is_found_and_of_two_the_smaller(int? requests, int? contextLength, int foundRequests, int foundContextLength)
    {
        TuningEntry[] entries = [.. from r in (int[])[1, 16, 64] from c in (int[])[128, 4096] select Entry with { Requests = r, ContextLength = c }];
        AttentionRequest request = Descriptors.CpuRequest with { ExpectedRequests = requests, ExpectedContextLength = contextLength };
        foreach (TuningTable table in (TuningTable[])[new([.. entries]), new([.. entries.Reverse()])])
        {
            TuningEntry? found = table.Find(request);
            Assert.Equal((foundRequests, foundContextLength), (found?.Requests, found?.ContextLength));
        }
    }

    [Fact]
    public void An_entry_is_only_for_what_was_measured()
    {
        TuningTable table = new([Entry]);
        AttentionRequest request = Descriptors.CpuRequest;

        Assert.Same(Entry, table.Find(request));
        Assert.Same(Entry, table.Find(request with { Phase = AttentionPhase.Decode }));
        Assert.Same(Entry, table.Find(request with { Phase = AttentionPhase.Draft }));
        Assert.Same(Entry, table.Find(request with { PageSize = 16, QueryHeads = 32, KeyValueHeads = 8, CacheElementType = ElementType.Float32, ValueHeadSize = 64 }));
        Assert.Same(Entry, table.Find(request with { Device = new(DeviceKind.Cpu, 1) }));
        Assert.All(
            (AttentionRequest[])
            [
                request with { Phase = AttentionPhase.Prefill },
                request with { Features = AttentionFeatures.SlidingWindow },
                request with { ValueHeadSize = 32 },
                request with { HeadSize = 128 },
                request with { QueryHeads = 2 },
                request with { ElementType = ElementType.BFloat16 },
                request with { CacheElementType = ElementType.Float8E4M3 },
                request with { Device = AttentionDevice.Cuda(90) },
                request with { Type = AttentionTypes.EncoderOnly },
                request with { Form = AttentionForm.MultiHeadLatent },
            ],
            other => Assert.Null(table.Find(other)));
    }

    [Fact]
    public void Features_phase_and_capability_choose_among_entries()
    {
        TuningEntry cuda = Entry with { Device = AttentionDevice.Cuda(90), ElementType = ElementType.BFloat16, CacheElementType = ElementType.BFloat16 };
        TuningEntry window = cuda with { Features = AttentionFeatures.SlidingWindow };
        TuningEntry prefill = cuda with { Phase = AttentionPhase.Prefill };
        TuningEntry older = cuda with { Device = AttentionDevice.Cuda(80) };
        TuningTable table = new([older, prefill, window, cuda]);
        AttentionRequest request = Descriptors.CudaRequest;

        Assert.Same(cuda, table.Find(request));
        Assert.Same(window, table.Find(request with { Features = AttentionFeatures.SlidingWindow }));
        Assert.Same(prefill, table.Find(request with { Phase = AttentionPhase.Prefill }));
        Assert.Same(older, table.Find(request with { Device = AttentionDevice.Cuda(80, 3) }));
    }

    [Theory]
    [InlineData(0, 128, 1.0)]
    [InlineData(1, -5, 1.0)]
    [InlineData(1, 128, double.NaN)]
    [InlineData(1, 128, 0.0)]
    [InlineData(1, 128, double.PositiveInfinity)]
    public void What_cannot_have_been_measured_is_refused(int requests, int contextLength, double microseconds) =>
        Assert.Contains("measure again", Assert.Throws<ArgumentException>(() => new TuningTable(
            [Entry with { Requests = requests, ContextLength = contextLength, Ranking = [new("FLASH_ATTN", microseconds)] }])).Message, StringComparison.Ordinal);
}
