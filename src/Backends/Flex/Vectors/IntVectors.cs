using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace AttentionGen.Flex;

/// <summary>
/// Operations on vectors of int32s, truth values (0 and -1) among them. At least one operand of two is a vector.
/// </summary>
internal static class IntVectors
{
    /// <summary>Computes an operation on int32s or truth values.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="a">The first operand.</param>
    /// <param name="b">The second operand, where there is one.</param>
    /// <param name="result">Float32s, int32s, or truth values as 0 and -1.</param>
    public static void Compute(Operation operation, VectorOperand<int> a, VectorOperand<int> b, Span<int> result)
    {
        switch (operation)
        {
            case Operation.ToFloat:
                TensorPrimitives.ConvertTruncating(a.Values, MemoryMarshal.Cast<int, float>(result));
                break;
            case Operation.Less:
                VectorLoops.Compare<int, Less>(a, b, result);
                break;
            case Operation.LessOrEqual:
                VectorLoops.Compare<int, LessOrEqual>(a, b, result);
                break;
            case Operation.Equal:
                VectorLoops.Compare<int, Equal>(a, b, result);
                break;
            case Operation.Not:
                TensorPrimitives.OnesComplement(a.Values, result);
                break;
            case Operation.Negate:
                TensorPrimitives.Negate(a.Values, result);
                break;
            case Operation.Abs:
                // Not TensorPrimitives.Abs, which throws for the least int32.
                TensorPrimitives.Negate(a.Values, result);
                TensorPrimitives.Max(a.Values, result, result);
                break;
            case Operation.Divide:
                VectorLoops.Divide(a, b, result);
                break;
            case Operation.Remainder:
                VectorLoops.Remainder(a, b, result);
                break;
            case Operation.Subtract:
                Subtract(a, b, result);
                break;
            default:
                if (a.IsScalar)
                    Commutative(operation, b, a, result);
                else
                    Commutative(operation, a, b, result);
                break;
        }
    }

    private static void Subtract(VectorOperand<int> a, VectorOperand<int> b, Span<int> result)
    {
        if (a.IsScalar)
            TensorPrimitives.Subtract(a.Value, b.Values, result);
        else if (b.IsScalar)
            TensorPrimitives.Subtract(a.Values, b.Value, result);
        else
            TensorPrimitives.Subtract(a.Values, b.Values, result);
    }

    private static void Commutative(Operation operation, VectorOperand<int> a, VectorOperand<int> b, Span<int> result)
    {
        switch (operation)
        {
            case Operation.Add when b.IsScalar:
                TensorPrimitives.Add(a.Values, b.Value, result);
                break;
            case Operation.Add:
                TensorPrimitives.Add(a.Values, b.Values, result);
                break;
            case Operation.Multiply when b.IsScalar:
                TensorPrimitives.Multiply(a.Values, b.Value, result);
                break;
            case Operation.Multiply:
                TensorPrimitives.Multiply(a.Values, b.Values, result);
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
            case Operation.And when b.IsScalar:
                TensorPrimitives.BitwiseAnd(a.Values, b.Value, result);
                break;
            case Operation.And:
                TensorPrimitives.BitwiseAnd(a.Values, b.Values, result);
                break;
            case Operation.Or when b.IsScalar:
                TensorPrimitives.BitwiseOr(a.Values, b.Value, result);
                break;
            case Operation.Or:
                TensorPrimitives.BitwiseOr(a.Values, b.Values, result);
                break;
            case Operation.Xor when b.IsScalar:
                TensorPrimitives.Xor(a.Values, b.Value, result);
                break;
            case Operation.Xor:
                TensorPrimitives.Xor(a.Values, b.Values, result);
                break;
            default:
                throw new NotSupportedException($"{operation} is not an operation on int32s.");
        }
    }
}
