using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AttentionGen.Flex;

/// <summary>Operations on vectors of float32s. At least one operand of two is a vector.</summary>
internal static class FloatVectors
{
    /// <summary>Computes an operation on float32s.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand, where there is one.</param>
    /// <param name="result">Float32s, int32s, or truth values as 0 and -1.</param>
    public static void Compute(Operation operation, VectorOperand<float> a, VectorOperand<float> b, Span<int> result)
    {
        Span<float> floats = MemoryMarshal.Cast<int, float>(result);
        switch (operation)
        {
            case Operation.ToInt:
                TensorPrimitives.ConvertSaturating(a.Values, result);
                break;
            case Operation.Less:
                VectorLoops.Compare<float, Less>(a, b, result);
                break;
            case Operation.LessOrEqual:
                VectorLoops.Compare<float, LessOrEqual>(a, b, result);
                break;
            case Operation.Equal:
                VectorLoops.Compare<float, Equal>(a, b, result);
                break;
            case Operation.Add or Operation.Multiply or Operation.Min or Operation.Max when a.IsScalar:
                Binary(operation, b, a, floats);
                break;
            case Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide or Operation.Min or Operation.Max:
                Binary(operation, a, b, floats);
                break;
            default:
                Unary(operation, a.Values, floats);
                break;
        }
    }

    private static void Unary(Operation operation, ReadOnlySpan<float> a, Span<float> result)
    {
        switch (operation)
        {
            case Operation.Negate:
                TensorPrimitives.Negate(a, result);
                break;
            case Operation.Abs:
                TensorPrimitives.Abs(a, result);
                break;
            case Operation.Exp:
                TensorPrimitives.Exp(a, result);
                break;
            case Operation.Exp2:
                TensorPrimitives.Exp2(a, result);
                break;
            case Operation.Log:
                TensorPrimitives.Log(a, result);
                break;
            case Operation.Tanh:
                TensorPrimitives.Tanh(a, result);
                break;
            case Operation.Sin:
                TensorPrimitives.Sin(a, result);
                break;
            case Operation.Cos:
                TensorPrimitives.Cos(a, result);
                break;
            case Operation.Sqrt:
                TensorPrimitives.Sqrt(a, result);
                break;
            case Operation.Floor:
                TensorPrimitives.Floor(a, result);
                break;
            default:
                throw new NotSupportedException($"{operation} is not an operation on float32s.");
        }
    }

    private static void Binary(Operation operation, VectorOperand<float> a, VectorOperand<float> b, Span<float> result)
    {
        switch (operation)
        {
            case Operation.Add when b.IsScalar:
                TensorPrimitives.Add(a.Values, b.Value, result);
                break;
            case Operation.Add:
                TensorPrimitives.Add(a.Values, b.Values, result);
                break;
            case Operation.Subtract when a.IsScalar:
                TensorPrimitives.Subtract(a.Value, b.Values, result);
                break;
            case Operation.Subtract when b.IsScalar:
                TensorPrimitives.Subtract(a.Values, b.Value, result);
                break;
            case Operation.Subtract:
                TensorPrimitives.Subtract(a.Values, b.Values, result);
                break;
            case Operation.Multiply when b.IsScalar:
                TensorPrimitives.Multiply(a.Values, b.Value, result);
                break;
            case Operation.Multiply:
                TensorPrimitives.Multiply(a.Values, b.Values, result);
                break;
            case Operation.Divide when a.IsScalar:
                TensorPrimitives.Divide(a.Value, b.Values, result);
                break;
            case Operation.Divide when b.IsScalar:
                TensorPrimitives.Divide(a.Values, b.Value, result);
                break;
            case Operation.Divide:
                TensorPrimitives.Divide(a.Values, b.Values, result);
                break;
            case Operation.Min when b.IsScalar:
                TensorPrimitives.Min(a.Values, b.Value, result);
                break;
            case Operation.Min:
                TensorPrimitives.Min(a.Values, b.Values, result);
                break;
            case Operation.Max when b.IsScalar:
                TensorPrimitives.Max(a.Values, b.Value, result);
                break;
            case Operation.Max:
                TensorPrimitives.Max(a.Values, b.Values, result);
                break;
        }
    }
}
