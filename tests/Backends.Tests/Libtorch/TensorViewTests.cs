using System.Runtime.CompilerServices;
using AttentionGen.Libtorch;
using TorchSharp;
using Xunit;

namespace AttentionGen.Tests.Libtorch;

public sealed class TensorViewTests
{
    public TensorViewTests() => LibtorchRuntime.Load();

    [Fact]
    public void A_contiguous_tensor_is_seen_as_it_is()
    {
        using torch.Tensor tensor = torch.zeros(12, 8, 64, torch.bfloat16);
        TensorView view = tensor;

        Assert.Equal("bf16[12, 8, 64] on cpu", view.ToString());
        Assert.Equal(3, view.Rank);
        Assert.Equal([12L, 8, 64], Sizes(view));
        Assert.Equal([512L, 64, 1], Strides(view));
        Assert.Equal(12 * 8 * 64, view.ElementCount);
        Assert.True(view.IsContiguous);
        Assert.Equal(ElementType.BFloat16, view.ElementType);
        Assert.Equal(DeviceKind.Cpu, view.Device);
        Assert.Equal(0, view.DeviceIndex);
        Assert.Equal(tensor.Handle, view.AtenHandle);
        Assert.Same(tensor, view.Owner);
    }

    [Fact]
    public void Slices_and_transpositions_begin_and_step_where_their_elements_are()
    {
        using torch.Tensor tensor = torch.arange(24, torch.float32).reshape(2, 3, 4);
        using torch.Tensor slice = tensor[.., 1.., 2], turned = tensor.transpose(0, 2);

        TensorView sliced = slice, transposed = turned;

        Assert.Equal([2L, 2], Sizes(sliced));
        Assert.Equal([12L, 4], Strides(sliced));
        Assert.False(sliced.IsContiguous);
        Assert.Equal([6f, 10f, 18f, 22f], Read(sliced));
        Assert.Equal([1L, 4, 12], Strides(transposed));
        Assert.False(transposed.IsContiguous);
        Assert.Equal(((TensorView)tensor).Data + 6 * sizeof(float), sliced.Data);
    }

    [Fact]
    public void An_expanded_tensor_repeats_by_a_stride_of_zero()
    {
        using torch.Tensor row = torch.ones(1, 4), tensor = row.expand(3, 4);
        TensorView view = tensor;

        Assert.Equal([0L, 1], Strides(view));
        Assert.False(view.IsContiguous);
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32, ElementType.Float32)]
    [InlineData(torch.ScalarType.Float16, ElementType.Float16)]
    [InlineData(torch.ScalarType.BFloat16, ElementType.BFloat16)]
    [InlineData(torch.ScalarType.Int32, ElementType.Int32)]
    [InlineData(torch.ScalarType.Int64, ElementType.Int64)]
    [InlineData(torch.ScalarType.Byte, ElementType.UInt8)]
    [InlineData(torch.ScalarType.Bool, ElementType.Boolean)]
    public void Element_types_are_told_apart(torch.ScalarType type, ElementType expected)
    {
        using torch.Tensor tensor = torch.zeros(2, type);

        Assert.Equal(expected, ((TensorView)tensor).ElementType);
    }

    [Fact]
    public void Eight_bit_floats_are_known_though_TorchSharp_does_not_know_them()
    {
        // aten::to.dtype with the codes of float8_e4m3fn and float8_e5m2.
        foreach ((long code, ElementType expected) in (ReadOnlySpan<(long, ElementType)>)[(24, ElementType.Float8E4M3), (23, ElementType.Float8E5M2)])
        {
            using torch.Tensor input = torch.ones(2, 3);
            using OperatorCall call = new(new LibtorchOperator("aten::to", "dtype"));
            call.Push(input);
            call.Push(code);
            call.Push(false);
            call.Push(false);
            call.PushNone();
            call.Invoke();
            using torch.Tensor tensor = call.TakeTensor();

            Assert.Equal(expected, ((TensorView)tensor).ElementType);
        }
    }

    [Fact]
    public void An_empty_tensor_is_a_view_of_no_elements()
    {
        using torch.Tensor tensor = torch.zeros(3, 0, 4);
        TensorView view = tensor;

        Assert.Equal(0, view.ElementCount);
        Assert.True(view.IsContiguous);
    }

    [Fact]
    public void Tensors_that_a_view_cannot_show_are_refused_with_the_reason()
    {
        torch.Tensor disposed = torch.zeros(2);
        disposed.Dispose();
        AssertRefused("disposed", disposed);
        AssertRefused("f32[] on cpu has 0 dimensions", torch.tensor(1f));
        AssertRefused("has 5 dimensions", torch.zeros([1, 1, 1, 1, 1]));
        AssertRefused("float64", torch.zeros(2, torch.float64));
        AssertRefused("complex64", torch.zeros(2, torch.complex64));
        AssertRefused("sparse", torch.sparse_coo_tensor(torch.zeros(1, 1, torch.int64), torch.ones(1), [3]));
        AssertRefused("accepted are Cpu, Cuda", torch.zeros(2, device: torch.META));
        Assert.Throws<ArgumentNullException>(() => TensorView.FromTensor(null!));
    }

    [Fact]
    public void A_view_keeps_its_tensor()
    {
        TensorView view = ViewOfNewTensor(out WeakReference tensor);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.True(tensor.IsAlive);
        Assert.Equal([7f, 7f], Read(view));
        view.KeepAlive();
    }

    [Fact]
    public void Making_a_view_allocates_nothing()
    {
        using torch.Tensor tensor = torch.zeros(2, 3, 4);
        long elements = 0;
        for (int i = 0; i < 200; i++)
            elements += ((TensorView)tensor).ElementCount;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            elements += ((TensorView)tensor).ElementCount;

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1200 * 24, elements);
    }

    [Fact]
    public void A_pointer_is_seen_in_row_major_order_or_by_given_strides()
    {
        TensorView plain = TensorView.FromPointer(4096, ElementType.Float16, DeviceKind.Cuda, 1, [2, 3, 4]);
        TensorView strided = TensorView.FromPointer(4096, ElementType.Int32, DeviceKind.Cpu, 0, [2, 3], [8, 0]);

        Assert.Equal("f16[2, 3, 4] on cuda:1", plain.ToString());
        Assert.Equal([12L, 4, 1], Strides(plain));
        Assert.True(plain.IsContiguous);
        Assert.Equal(0, plain.AtenHandle);
        Assert.Null(plain.Owner);
        Assert.Equal([8L, 0], Strides(strided));
        Assert.False(strided.IsContiguous);
    }

    [Fact]
    public void A_null_pointer_may_have_no_elements()
    {
        TensorView view = TensorView.FromPointer(0, ElementType.Float32, DeviceKind.Cpu, 0, [4, 0]);

        Assert.Equal(0, view.ElementCount);
        Assert.True(view.IsContiguous);
    }

    [Fact]
    public void Strides_of_single_elements_do_not_matter_for_contiguity() =>
        Assert.True(TensorView.FromPointer(64, ElementType.UInt8, DeviceKind.Cpu, 0, [1, 3, 1], [99, 1, 7]).IsContiguous);

    [Theory]
    [InlineData("there are elements", 0, new long[] { 1 }, null)]
    [InlineData("must not be negative", 64, new long[] { 2, -1 }, null)]
    [InlineData("strides must not be negative", 64, new long[] { 2, 1 }, new long[] { 1, -1 })]
    [InlineData("1 to 4 dimensions", 64, new long[0], null)]
    [InlineData("1 to 4 dimensions", 64, new long[] { 1, 1, 1, 1, 1 }, null)]
    [InlineData("1 strides were given for 2", 64, new long[] { 2, 2 }, new long[] { 2 })]
    [InlineData("beyond 2^63", 64, new[] { long.MaxValue, 2 }, null)]
    [InlineData("beyond 2^63", 64, new[] { long.MaxValue }, null)]
    [InlineData("beyond 2^63", 64, new[] { 3, 1L }, new[] { long.MaxValue / 2, 1L })]
    [InlineData("beyond 2^63", 64, new[] { 1L << 40, 1L << 40 }, new[] { 0L, 0L })]
    [InlineData("not a multiple", 66, new long[] { 1 }, null)]
    public void Nonsense_is_refused(string expected, int data, long[] sizes, long[]? strides)
    {
        var error = Assert.Throws<ArgumentException>(() =>
        {
            TensorView.FromPointer(data, ElementType.Float32, DeviceKind.Cpu, 0, sizes, strides);
        });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeviceKind.Cpu, 1)]
    [InlineData(DeviceKind.Cuda, -1)]
    [InlineData(DeviceKind.Cuda, 40000)]
    [InlineData((DeviceKind)77, 0)]
    public void Devices_that_do_not_exist_are_refused(DeviceKind device, int index) => Assert.Throws<ArgumentException>(() =>
    {
        TensorView.FromPointer(64, ElementType.Float32, device, index, [1]);
    });

    [Fact]
    public void The_default_is_a_view_of_nothing()
    {
        TensorView view = default;

        Assert.Equal(0, view.Rank);
        Assert.Equal(0, view.ElementCount);
        Assert.Equal("nothing", view.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Size(0));
    }

    [Fact]
    public void There_is_no_size_beyond_the_rank()
    {
        using torch.Tensor tensor = torch.zeros(2, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => ((TensorView)tensor).Size(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((TensorView)tensor).Stride(-1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TensorView ViewOfNewTensor(out WeakReference reference)
    {
        torch.Tensor tensor = torch.full(2, 7f);
        reference = new WeakReference(tensor);
        return tensor;
    }

    private static void AssertRefused(string expected, torch.Tensor tensor)
    {
        var error = Assert.Throws<ArgumentException>(() => TensorView.FromTensor(tensor));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static long[] Sizes(TensorView view) => [.. Enumerable.Range(0, view.Rank).Select(i => view.Size(i))];

    private static long[] Strides(TensorView view) => [.. Enumerable.Range(0, view.Rank).Select(i => view.Stride(i))];

    private static unsafe float[] Read(TensorView view)
    {
        List<float> values = [];
        void Walk(int dimension, long offset)
        {
            if (dimension == view.Rank)
            {
                values.Add(((float*)view.Data)[offset]);
                return;
            }

            for (long i = 0; i < view.Size(dimension); i++)
                Walk(dimension + 1, offset + i * view.Stride(dimension));
        }

        Walk(0, 0);
        return [.. values];
    }
}
