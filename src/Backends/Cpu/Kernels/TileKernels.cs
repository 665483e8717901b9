namespace AttentionGen.Cpu;

/// <summary>The kernels for one vector width, one element type of operands and one of keys and values.</summary>
internal abstract unsafe class TileKernels
{
    /// <summary>The number of float32 of a vector.</summary>
    public abstract int VectorLength { get; }

    /// <summary>The bytes of an element of keys and values.</summary>
    public abstract int CacheElementSize { get; }

    /// <summary>The largest number of rows that are best computed from keys and values where they lie. More rows are worth widening them once.</summary>
    public abstract int RowsInPlace { get; }

    /// <inheritdoc cref="RowKernel{TSimd, TVector, TElement}.WidenScaled"/>
    public abstract void LoadQuery(byte* source, int size, float factor, float* target, int paddedSize);

    /// <inheritdoc cref="RowKernel{TSimd, TVector, TElement}.NarrowScaled"/>
    public abstract void StoreOutput(float* source, int size, float factor, byte* target);

    /// <summary>Rounds one row of an operand to the cache's element type.</summary>
    public abstract void StoreInCache(byte* source, int size, float divisor, byte* target);

    /// <summary>Scores against keys where they lie.</summary>
    public abstract void ScoreInPlace(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends, byte** ahead, int aheadBytes);

    /// <summary>Scores against widened keys.</summary>
    public abstract void ScoreWidened(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends);

    /// <inheritdoc cref="RowKernel{TSimd, TVector, TElement}.Widen"/>
    public abstract bool Widen(byte** rows, int count, int size, float* target, nint stride, int paddedSize);

    /// <inheritdoc cref="IElement.AreFinite"/>
    public abstract bool AreFinite(byte** rows, int count, int size);

    /// <summary>Adds weighted values where they lie, all of them finite.</summary>
    public abstract void AccumulateInPlace(
        float* weights, nint weightStride, int rows, byte** values, byte** ahead, int* starts, int* ends,
        float* corrections, float* output, nint outputStride, int columns);

    /// <summary>Adds weighted values that were widened.</summary>
    public abstract void AccumulateWidened(
        float* weights, nint weightStride, int rows, float* values, nint valueStride, bool isFinite, int* starts, int* ends,
        float* corrections, float* output, nint outputStride, int columns);

    /// <inheritdoc cref="SoftmaxKernel{TSimd, TVector}.Step"/>
    public abstract float SoftmaxStep(float* scores, int first, int end, ref float maximum, ref float sum);

    /// <inheritdoc cref="ScoreMath{TSimd, TVector}.SoftCap"/>
    public abstract void SoftCap(float* scores, int first, int end, float factor);

    /// <inheritdoc cref="ScoreMath{TSimd, TVector}.AddLinearBias"/>
    public abstract void AddLinearBias(float* scores, int first, int end, float slope, int distance);

    /// <inheritdoc cref="ScoreMath{TSimd, TVector}.Multiply"/>
    public abstract void Multiply(float* scores, int first, int end, float factor);

    /// <inheritdoc cref="MergeKernel{TSimd, TVector}.Merge"/>
    public abstract void Merge(
        ref float maximum, ref float sum, float* output, float chunkMaximum, float chunkSum, float* chunkOutput, int columns);
}
