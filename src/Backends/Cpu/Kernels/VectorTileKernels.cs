namespace AttentionGen.Cpu;

/// <summary>The kernels, compiled for a width and element types.</summary>
internal sealed unsafe class VectorTileKernels<TSimd, TVector, TOperand, TCache> : TileKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TOperand : struct, IElement
    where TCache : struct, IElement
{
    public override int VectorLength => TSimd.Count;

    public override int CacheElementSize => TCache.Size;

    public override int RowsInPlace => TCache.WidensInFewInstructions ? 16 : TSimd.RegisterCount >= 32 ? 8 : 4;

    public override void LoadQuery(byte* source, int size, float factor, float* target, int paddedSize) =>
        RowKernel<TSimd, TVector, TOperand>.WidenScaled(source, size, factor, target, paddedSize);

    public override void StoreOutput(float* source, int size, float factor, byte* target) =>
        RowKernel<TSimd, TVector, TOperand>.NarrowScaled(source, size, factor, target);

    public override void StoreInCache(byte* source, int size, float divisor, byte* target)
    {
        if (typeof(TOperand) == typeof(TCache))
            Buffer.MemoryCopy(source, target, (long)size * TCache.Size, (long)size * TCache.Size);
        else
            RowKernel<TSimd, TVector, TOperand>.Convert<TCache>(source, size, divisor, target);
    }

    public override void ScoreInPlace(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends, byte** ahead, int aheadBytes) =>
        ScoreKernel<TSimd, TVector, TCache>.Compute(queries, queryStride, rows, keys, size, scores, scoreStride, ends, ahead, aheadBytes);

    public override void ScoreWidened(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends) =>
        ScoreKernel<TSimd, TVector, Float32Element>.Compute(queries, queryStride, rows, keys, size, scores, scoreStride, ends, null, 0);

    public override bool Widen(byte** rows, int count, int size, float* target, nint stride, int paddedSize) =>
        RowKernel<TSimd, TVector, TCache>.Widen(rows, count, size, target, stride, paddedSize);

    public override bool AreFinite(byte** rows, int count, int size) => TCache.AreFinite(rows, count, size);

    public override void AccumulateInPlace(
        float* weights, nint weightStride, int rows, byte** values, byte** ahead, int* starts, int* ends,
        float* corrections, float* output, nint outputStride, int columns) =>
        ValueKernel<TSimd, TVector, CachedValues<TSimd, TVector, TCache>>.Accumulate(
            weights, weightStride, rows, new(values, ahead, 0), starts, ends, corrections, output, outputStride, columns);

    public override void AccumulateWidened(
        float* weights, nint weightStride, int rows, float* values, nint valueStride, bool isFinite, int* starts, int* ends,
        float* corrections, float* output, nint outputStride, int columns)
    {
        if (isFinite)
        {
            ValueKernel<TSimd, TVector, WidenedValues<TSimd, TVector>>.Accumulate(
                weights, weightStride, rows, new(values, valueStride), starts, ends, corrections, output, outputStride, columns);
        }
        else
        {
            SkippingValueKernel<TSimd, TVector>.Accumulate(
                weights, weightStride, rows, values, valueStride, starts, ends, corrections, output, outputStride, columns);
        }
    }

    public override float SoftmaxStep(float* scores, int first, int end, ref float maximum, ref float sum) =>
        SoftmaxKernel<TSimd, TVector>.Step(scores, first, end, ref maximum, ref sum);

    public override void SoftCap(float* scores, int first, int end, float factor) =>
        ScoreMath<TSimd, TVector>.SoftCap(scores, first, end, factor);

    public override void AddLinearBias(float* scores, int first, int end, float slope, int distance) =>
        ScoreMath<TSimd, TVector>.AddLinearBias(scores, first, end, slope, distance);

    public override void Multiply(float* scores, int first, int end, float factor) =>
        ScoreMath<TSimd, TVector>.Multiply(scores, first, end, factor);

    public override void Merge(
        ref float maximum, ref float sum, float* output, float chunkMaximum, float chunkSum, float* chunkOutput, int columns) =>
        MergeKernel<TSimd, TVector>.Merge(ref maximum, ref sum, output, chunkMaximum, chunkSum, chunkOutput, columns);
}
