namespace AttentionGen.Cpu;

/// <summary>The kernels, compiled for a width and element types.</summary>
internal sealed unsafe class VectorTileKernels<TSimd, TVector, TOperand, TCache> : TileKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TOperand : struct, IElement
    where TCache : struct, IElement
{
    public override int VectorLength => TSimd.Count;

    public override void LoadQuery(byte* source, int size, float factor, float* target, int paddedSize) =>
        RowKernel<TSimd, TVector, TOperand>.WidenScaled(source, size, factor, target, paddedSize);

    public override void StoreOutput(float* source, int size, float factor, byte* target) =>
        RowKernel<TSimd, TVector, TOperand>.NarrowScaled(source, size, factor, target);

    public override void StoreInCache(byte* source, int size, float divisor, byte* target)
    {
        if (typeof(TOperand) == typeof(TCache))
        {
            Buffer.MemoryCopy(source, target, (long)size * TCache.Size, (long)size * TCache.Size);
            return;
        }

        for (int i = 0; i < size; i++)
        {
            TVector value = PartialVector<TSimd, TVector, TOperand>.Load(source + ((nint)i * TOperand.Size), 1);
            TCache.Store(target + ((nint)i * TCache.Size), TSimd.First(value) / divisor);
        }
    }

    public override void ScoreInPlace(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends) =>
        ScoreKernel<TSimd, TVector, TCache>.Compute(queries, queryStride, rows, keys, size, scores, scoreStride, ends);

    public override void ScoreWidened(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends) =>
        ScoreKernel<TSimd, TVector, Float32Element>.Compute(queries, queryStride, rows, keys, size, scores, scoreStride, ends);

    public override bool Widen(byte** rows, int count, int size, float* target, nint stride, int paddedSize) =>
        RowKernel<TSimd, TVector, TCache>.Widen(rows, count, size, target, stride, paddedSize);

    public override void Accumulate(
        float* weights, nint weightStride, int rows, float* values, nint valueStride, bool isFinite, int* starts, int* ends,
        float* corrections, float* output, nint outputStride, int columns)
    {
        if (isFinite)
            ValueKernel<TSimd, TVector>.Accumulate(weights, weightStride, rows, values, valueStride, starts, ends, corrections, output, outputStride, columns);
        else
            ValueKernel<TSimd, TVector>.AccumulateAny(weights, weightStride, rows, values, valueStride, starts, ends, corrections, output, outputStride, columns);
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
