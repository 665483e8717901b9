using AttentionGen.Libtorch;
using TorchSharp;
using Xunit;

namespace AttentionGen.Tests.Libtorch;

[Collection(nameof(ExclusiveUseOfLibtorch))]
public sealed class OperatorCallTests
{
    private const int Calls = 100_000;

    // libtorch spends milliseconds on the backtrace of each failure.
    private const int FailingCalls = 1_000;

    private static readonly LibtorchOperator s_attention = new("aten::scaled_dot_product_attention");
    private static readonly LibtorchOperator s_sumTo = new("aten::sum", "dim_IntList");
    private static readonly LibtorchOperator s_expand = new("aten::expand");
    private static readonly LibtorchOperator s_cumulativeMaximum = new("aten::cummax");
    private static readonly LibtorchOperator s_layerNorm = new("aten::native_layer_norm");
    private static readonly LibtorchOperator s_logit = new("aten::logit");

    public OperatorCallTests() => LibtorchRuntime.Load();

    [Fact]
    public void A_list_of_integers_reaches_the_operator()
    {
        using torch.Tensor input = torch.tensor([1f, 2f, 3f]).reshape(3, 1);
        using OperatorCall call = new(s_expand);
        call.Push(input);
        call.Push([3L, 2L]);
        call.Push(false);
        call.Invoke();
        using torch.Tensor result = call.TakeTensor();

        Assert.Equal([3L, 2L], result.shape);
        Assert.Equal([1f, 1f, 2f, 2f, 3f, 3f], result.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void An_optional_list_reaches_the_operator()
    {
        using torch.Tensor input = torch.arange(6, torch.ScalarType.Float32).reshape(2, 3);
        using OperatorCall call = new(s_sumTo);
        call.Push(input);
        call.PushOptional([1L]);
        call.Push(true); // keepdim
        call.PushNone(); // dtype
        call.Invoke();
        using torch.Tensor result = call.TakeTensor();

        Assert.Equal([2L, 1L], result.shape);
        Assert.Equal([3f, 12f], result.data<float>().ToArray());
    }

    [Fact]
    public void An_optional_double_reaches_the_operator()
    {
        using torch.Tensor input = torch.tensor([0f, 0.5f]);
        using OperatorCall call = new(s_logit);
        call.Push(input);
        call.PushOptional(0.25);
        call.Invoke();
        using torch.Tensor result = call.TakeTensor();

        Assert.Equal(MathF.Log(1f / 3f), result[0].item<float>(), 6);
        Assert.Equal(0f, result[1].item<float>(), 6);
    }

    [Fact]
    public void Several_results_are_taken_one_by_one_and_the_rest_is_freed()
    {
        using torch.Tensor input = torch.tensor([1f, 3f, 2f]);
        using OperatorCall call = new(s_cumulativeMaximum);
        call.Push(input);
        call.Push(0L);
        call.Invoke(tensorResults: 2);
        using torch.Tensor indices = call.TakeTensor(1);

        Assert.Equal([0L, 1L, 1L], indices.data<long>().ToArray());
        Assert.True(Refuses(ref Unsafe(in call), 1));
        Assert.True(Refuses(ref Unsafe(in call), 2));
    }

    [Fact]
    public void A_failing_operator_names_itself_and_its_arguments()
    {
        using torch.Tensor left = torch.zeros(1, 2, 3, 4), right = torch.zeros(1, 2, 3, 5);
        using SilencedStandardError silence = new();

        var error = Assert.Throws<LibtorchOperatorException>(() => Attend(left, right, 0.5).Dispose());

        Assert.Equal("aten::scaled_dot_product_attention", error.Operator);
        Assert.StartsWith("f32[1, 2, 3, 4] on cpu, f32[1, 2, 3, 5] on cpu, f32[1, 2, 3, 5] on cpu, none, 0, false", error.Arguments, StringComparison.Ordinal);
        Assert.Contains("standard error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_does_not_exist_is_told_apart()
    {
        using torch.Tensor input = torch.zeros(2, 2);
        using SilencedStandardError silence = new();

        var error = Assert.Throws<LibtorchOperatorException>(() => CallUnknown(new LibtorchOperator("aten::no_such_operator"), input));
        var overload = Assert.Throws<LibtorchOperatorException>(() => CallUnknown(new LibtorchOperator("aten::relu", "no_such_overload"), input));
        var space = Assert.Throws<LibtorchOperatorException>(() => CallUnknown(new LibtorchOperator("nobody::relu"), input));

        Assert.Contains("has no operator aten::no_such_operator.", error.Message, StringComparison.Ordinal);
        Assert.Contains("has no operator aten::relu.no_such_overload.", overload.Message, StringComparison.Ordinal);
        Assert.Contains("has no operator nobody::relu.", space.Message, StringComparison.Ordinal);
        using torch.Tensor after = input.relu();
        Assert.Equal(2, after.shape[0]);
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("::relu")]
    [InlineData("aten::")]
    public void A_name_needs_its_namespace(string name) => Assert.Throws<ArgumentException>(() => new LibtorchOperator(name));

    [Fact]
    public void A_disposed_tensor_is_refused_before_native_code()
    {
        torch.Tensor input = torch.zeros(2);
        input.Dispose();

        Assert.Throws<ArgumentException>(() => CallUnknown(s_expand, input));
    }

    [Fact]
    public void Succeeding_calls_leave_nothing_behind()
    {
        Assert.SkipUnless(NativeMemoryUse.IsSupported, "Needs glibc's mallinfo2.");
        using torch.Tensor input = torch.zeros(1, 2, 4, 8), mask = torch.zeros(4, 4);
        AssertNoGrowth(() => ScaledDotProductAttention.Forward(input, input, input, mask, scale: 0.5).Dispose());
    }

    [Fact]
    public void Results_that_are_not_taken_leave_nothing_behind()
    {
        Assert.SkipUnless(NativeMemoryUse.IsSupported, "Needs glibc's mallinfo2.");
        using torch.Tensor input = torch.zeros(256);
        AssertNoGrowth(() =>
        {
            using OperatorCall call = new(s_cumulativeMaximum);
            call.Push(input);
            call.Push(0L);
            call.Invoke(tensorResults: 2);
        });
    }

    [Fact]
    public void Calls_that_are_never_invoked_leave_nothing_behind()
    {
        Assert.SkipUnless(NativeMemoryUse.IsSupported, "Needs glibc's mallinfo2.");
        using torch.Tensor input = torch.zeros(256);
        AssertNoGrowth(() =>
        {
            using OperatorCall call = new(s_layerNorm);
            call.Push(input);
            call.PushOptional(input);
            call.Push([1L, 2L, 3L]);
            call.PushOptional([4L]);
            call.PushOptional(1.5);
            call.PushOptional(2L);
            call.PushOptional(true);
        });
    }

    [Fact]
    public void Failing_calls_leave_nothing_behind_and_the_process_alive()
    {
        Assert.SkipUnless(NativeMemoryUse.IsSupported, "Needs glibc's mallinfo2.");
        using torch.Tensor left = torch.zeros(1, 2, 3, 4), right = torch.zeros(1, 2, 3, 5), mask = torch.zeros(3, 3);
        using SilencedStandardError silence = new();
        AssertNoGrowth(() => Assert.Throws<LibtorchOperatorException>(() => Attend(left, right, 0.5, mask).Dispose()), FailingCalls);
    }

    [Fact]
    public void Failing_calls_with_lists_leave_nothing_behind()
    {
        Assert.SkipUnless(NativeMemoryUse.IsSupported, "Needs glibc's mallinfo2.");
        using torch.Tensor input = torch.zeros(3, 2);
        using SilencedStandardError silence = new();
        AssertNoGrowth(
            () => Assert.Throws<LibtorchOperatorException>(() =>
            {
                using OperatorCall call = new(s_expand);
                call.Push(input);
                call.Push([3L, 5L]);
                call.Push(false);
                call.Invoke();
            }),
            FailingCalls);
    }

    [Fact]
    public void Calls_of_an_unknown_operator_leave_nothing_behind()
    {
        Assert.SkipUnless(NativeMemoryUse.IsSupported, "Needs glibc's mallinfo2.");
        LibtorchOperator unknown = new("aten::still_no_such_operator");
        using SilencedStandardError silence = new();
        AssertNoGrowth(
            () =>
            {
                using torch.Tensor input = torch.zeros(1024);
                Assert.Throws<LibtorchOperatorException>(() => CallUnknown(unknown, input));
            },
            FailingCalls);
    }

    [Fact]
    public void A_call_allocates_nothing_on_the_managed_heap_but_its_result()
    {
        using torch.Tensor input = torch.zeros(1, 2, 4, 8);
        for (int i = 0; i < 100; i++)
            CallAndDrop(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            CallAndDrop(input);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void CallAndDrop(torch.Tensor input)
    {
        using OperatorCall call = new(s_attention);
        call.Push(input);
        call.Push(input);
        call.Push(input);
        call.PushOptional((torch.Tensor?)null);
        call.Push(0.0);
        call.Push(true);
        call.PushOptional(0.25);
        call.Push(true);
        call.Invoke();
    }

    private static torch.Tensor Attend(torch.Tensor query, torch.Tensor keyAndValue, double? scale, torch.Tensor? mask = null)
    {
        using OperatorCall call = new(s_attention);
        call.Push(query);
        call.Push(keyAndValue);
        call.Push(keyAndValue);
        call.PushOptional(mask);
        call.Push(0.0);
        call.Push(false);
        call.PushOptional(scale);
        call.Push(false);
        call.Invoke();
        return call.TakeTensor();
    }

    private static void CallUnknown(LibtorchOperator unknown, torch.Tensor input)
    {
        using OperatorCall call = new(unknown);
        call.Push(input);
        call.PushOptional(input);
        call.Push([1L]);
        call.PushOptional(1.0);
        call.Invoke();
    }

    // The smallest block of malloc is 32 bytes, so a leak adds at least that per call to every batch, while the
    // runtime's own growth (code that it recompiles) adds to some.
    private static void AssertNoGrowth(Action action, int calls = Calls)
    {
        const int batches = 10;
        long least = long.MaxValue;
        for (int batch = 0; batch < batches; batch++)
        {
            long before = NativeMemoryUse.Current();
            for (int i = 0; i < calls / batches; i++)
                action();
            least = Math.Min(least, NativeMemoryUse.Current() - before);
        }

        Assert.True(least < 8 * calls / batches, $"Every {calls / batches} calls left {least} bytes or more.");
    }

    private static ref OperatorCall Unsafe(ref readonly OperatorCall call) => ref System.Runtime.CompilerServices.Unsafe.AsRef(in call);

    private static bool Refuses(ref OperatorCall call, int index)
    {
        try
        {
            call.TakeHandle(index);
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
