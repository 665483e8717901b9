namespace AttentionGen.Cpu;

/// <summary>What one thread holds of a tile while it works on it. Rows of a matrix are an odd number of cache lines apart, so that a column does not crowd one set of the cache.</summary>
internal sealed unsafe class TileScratch : IDisposable
{
    private const int LineLength = 16;
    private readonly NativeBuffer _buffer = new();

    /// <summary>Queries: [rows, <see cref="QueryStride"/>].</summary>
    public float* Queries { get; private set; }

    public int QueryStride { get; private set; }

    /// <summary>Scores and weights: [rows, <see cref="ScoreStride"/>].</summary>
    public float* Scores { get; private set; }

    public int ScoreStride { get; private set; }

    /// <summary>Widened keys: [block, <see cref="QueryStride"/>].</summary>
    public float* Keys { get; private set; }

    /// <summary>Widened values: [block, <see cref="OutputStride"/>].</summary>
    public float* Values { get; private set; }

    /// <summary>Output over a chunk: [rows, <see cref="OutputStride"/>].</summary>
    public float* ChunkOutput { get; private set; }

    /// <summary>Output over all chunks so far: [rows, <see cref="OutputStride"/>].</summary>
    public float* Output { get; private set; }

    public int OutputStride { get; private set; }

    /// <summary>D, up to a whole vector.</summary>
    public int PaddedHeadSize { get; private set; }

    /// <summary>Dv, up to two whole vectors.</summary>
    public int PaddedValueHeadSize { get; private set; }

    public float* ChunkMaxima { get; private set; }

    public float* ChunkSums { get; private set; }

    public float* Maxima { get; private set; }

    public float* Sums { get; private set; }

    public float* Corrections { get; private set; }

    /// <summary>For each row the first key of the request that it may see, and the key after the last.</summary>
    public int* FirstKeys { get; private set; }

    public int* EndKeys { get; private set; }

    /// <summary>The same within a block.</summary>
    public int* Starts { get; private set; }

    public int* Ends { get; private set; }

    public int* Positions { get; private set; }

    /// <summary>For each row the request, and which of its queries it is.</summary>
    public int* Requests { get; private set; }

    public int* QueryIndices { get; private set; }

    /// <summary>Addresses of a block's keys where they lie.</summary>
    public byte** KeyRows { get; private set; }

    /// <summary>Addresses of its values.</summary>
    public byte** ValueRows { get; private set; }

    /// <summary>Addresses of a block's widened keys.</summary>
    public byte** WidenedKeys { get; private set; }

    public void Prepare(int rows, int headSize, int valueHeadSize, int vectorLength)
    {
        PaddedHeadSize = RoundUp(headSize, vectorLength);
        PaddedValueHeadSize = RoundUp(valueHeadSize, 2 * vectorLength);
        QueryStride = OddLines(PaddedHeadSize);
        OutputStride = OddLines(PaddedValueHeadSize);
        ScoreStride = OddLines(KeyBlocks.BlockLength);

        const int block = KeyBlocks.BlockLength;
        int paddedRows = RoundUp(rows, LineLength);
        nuint floats = 0;
        nuint queries = Take(ref floats, (nuint)rows * (nuint)QueryStride);
        nuint scores = Take(ref floats, (nuint)rows * (nuint)ScoreStride);
        nuint keys = Take(ref floats, (nuint)block * (nuint)QueryStride);
        nuint values = Take(ref floats, (nuint)block * (nuint)OutputStride);
        nuint chunkOutput = Take(ref floats, (nuint)rows * (nuint)OutputStride);
        nuint output = Take(ref floats, (nuint)rows * (nuint)OutputStride);
        nuint perRow = Take(ref floats, 12 * (nuint)paddedRows);
        nuint addresses = Take(ref floats, 3 * 2 * (nuint)block);

        float* data = (float*)_buffer.Reserve(floats * sizeof(float));
        Queries = data + queries;
        Scores = data + scores;
        Keys = data + keys;
        Values = data + values;
        ChunkOutput = data + chunkOutput;
        Output = data + output;
        float* row = data + perRow;
        ChunkMaxima = row;
        ChunkSums = row + paddedRows;
        Maxima = row + (2 * paddedRows);
        Sums = row + (3 * paddedRows);
        Corrections = row + (4 * paddedRows);
        FirstKeys = (int*)(row + (5 * paddedRows));
        EndKeys = (int*)(row + (6 * paddedRows));
        Starts = (int*)(row + (7 * paddedRows));
        Ends = (int*)(row + (8 * paddedRows));
        Positions = (int*)(row + (9 * paddedRows));
        Requests = (int*)(row + (10 * paddedRows));
        QueryIndices = (int*)(row + (11 * paddedRows));
        KeyRows = (byte**)(data + addresses);
        ValueRows = KeyRows + block;
        WidenedKeys = ValueRows + block;
        for (int key = 0; key < block; key++)
            WidenedKeys[key] = (byte*)(Keys + (key * QueryStride));
    }

    public void Dispose() => _buffer.Dispose();

    private static nuint Take(ref nuint total, nuint length)
    {
        nuint start = total;
        total += (length + LineLength - 1) & ~(nuint)(LineLength - 1);
        return start;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private static int OddLines(int length) => (RoundUp(length, LineLength) / LineLength | 1) * LineLength;
}
