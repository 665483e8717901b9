using AttentionGen.Cuda;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda;

/// <summary>What tests on a GPU share: they run where ATTENTION_TEST_DEVICE is a CUDA device and are skipped elsewhere.</summary>
internal static class CudaTest
{
    /// <summary>The device; skips the test where tests run on the CPU.</summary>
    public static CudaDevice Device
    {
        get
        {
            Assert.SkipUnless(TestDevice.Current.Kind == DeviceKind.Cuda, "Needs a GPU: set ATTENTION_TEST_DEVICE=cuda on a host with one.");
            return CudaDevice.Of(TestDevice.Current.Index);
        }
    }

    /// <summary>Our own kernels; skips the test where they do not run.</summary>
    /// <param name="isSpecialised">Whether requests of few rows and of many go to kernels of their own.</param>
    public static CudaEngineBackend Backend(bool isSpecialised) => new(Device, isSpecialised);

    public static Tensor Floats(params float[] values) => tensor(values).to(TestDevice.Current.ToTorch());

    public static Tensor Count(int value) => tensor(value, dtype: ScalarType.Int32).reshape(1).to(TestDevice.Current.ToTorch());

    public static float[] Host(Tensor values) => values.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();

    public static nint Address(Tensor tensor) => TensorView.FromTensor(tensor).Data;

    /// <summary>Launches <c>scale</c>: target = source * factor, for as many elements as the count says.</summary>
    public static void Scale(CudaKernel kernel, Tensor target, Tensor source, Tensor count, float factor, nint stream) => kernel.Launch(
        new LaunchShape(4, 128),
        new TestKernels.Parameters(Address(target), Address(source), Address(count), factor),
        stream);
}
