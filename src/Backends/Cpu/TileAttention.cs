using System.Numerics;

namespace AttentionGen.Cpu;

/// <summary>
/// Attends tiles of rows to ranges of keys: FlashAttention's loop (<see href="https://arxiv.org/abs/2205.14135"/>) over
/// blocks of keys, with scores, online softmax and values in turn, and the merge of chunks
/// (<see href="https://crfm.stanford.edu/2023/10/12/flashdecoding.html"/>).
/// </summary>
internal readonly unsafe struct TileAttention(ForwardPass pass, TileScratch scratch)
{
    private readonly CpuBatch _batch = pass.Batch;
    private readonly LayerConstants _layer = pass.Layer;
    private readonly TileKernels _kernels = pass.Kernels;

    /// <summary>Does one item, and writes the output of the tiles that it was the last one of.</summary>
    public void Run(in WorkItem item)
    {
        RowTile tile = pass.Schedule.Tiles[item.Tile];
        LoadRows(tile, item.KeyValueHead);
        if (!tile.IsSplit)
            ClearTotals(tile);
        for (int chunk = item.FirstChunk; chunk < item.EndChunk; chunk++)
        {
            AttendChunk(tile, item.KeyValueHead, chunk, Math.Min(tile.EndKey, item.EndChunk * KeyBlocks.ChunkLength));
            if (tile.IsSplit)
                KeepChunk(tile, item.KeyValueHead, chunk);
            else
                MergeChunk(tile);
        }

        if (!tile.IsSplit)
            WriteRows(tile, item.KeyValueHead);
        else if (!tile.IsShared)
            FinishIfLast(item.Tile, tile, item.KeyValueHead);
        else
            FinishShared(tile, item.KeyValueHead);
    }

    private void FinishShared(in RowTile shared, int keyValueHead)
    {
        for (int index = 0; index < pass.Schedule.FirstSharedTile; index++)
        {
            RowTile tile = pass.Schedule.Tiles[index];
            if (pass.Schedule.Overlap(_batch, shared, tile))
                FinishIfLast(index, tile, keyValueHead);
        }
    }

    /// <summary>Merges a tile's results over all chunks, in their order, and writes its output, when all of them are there.</summary>
    private void FinishIfLast(int index, in RowTile tile, int keyValueHead)
    {
        if (!pass.IsLast(index, keyValueHead))
            return;

        FindRows(tile);
        ClearTotals(tile);
        int sharedChunks = pass.Schedule.SharedChunks, firstRow = pass.Schedule.FirstRowInStep(_batch, tile);
        for (int row = 0; row < tile.RowCount; row++)
        {
            RowTile shared = sharedChunks == 0 ? default : pass.Schedule.Tiles[pass.Schedule.FirstSharedTile + ((firstRow + row) / WorkSchedule.TileRows)];
            for (int chunk = 0; chunk < sharedChunks; chunk++)
                MergeSlot(row, shared, keyValueHead, chunk, (firstRow + row) % WorkSchedule.TileRows);
            for (int chunk = tile.FirstChunk; chunk < tile.EndChunk; chunk++)
                MergeSlot(row, tile, keyValueHead, chunk, row);
        }

        WriteRows(tile, keyValueHead);
    }

    private int Head(in RowTile tile, int keyValueHead, int row) => (keyValueHead * _layer.Group) + ((tile.FirstRow + row) % _layer.Group);

    /// <summary>Finds which query of which request each row is.</summary>
    private void FindRows(in RowTile tile)
    {
        int request = Math.Max(0, tile.Request);
        for (int row = 0; row < tile.RowCount; row++)
        {
            int query = (tile.FirstRow + row) / _layer.Group;
            if (tile.IsShared)
            {
                while (_batch.FirstToken(request) + _batch.QueryCount(request) <= query)
                    request++;
                query -= _batch.FirstToken(request);
            }

            scratch.Requests[row] = request;
            scratch.QueryIndices[row] = query;
        }
    }

    private int Token(int row) => _batch.FirstToken(scratch.Requests[row]) + scratch.QueryIndices[row];

    private void LoadRows(in RowTile tile, int keyValueHead)
    {
        FindRows(tile);
        for (int row = 0; row < tile.RowCount; row++)
        {
            int request = scratch.Requests[row], query = scratch.QueryIndices[row];
            _kernels.LoadQuery(
                pass.Query[Token(row), Head(tile, keyValueHead, row)], _layer.Options.HeadSize, _layer.QueryFactor,
                scratch.Queries + ((nint)row * scratch.QueryStride), scratch.PaddedHeadSize);
            (scratch.FirstKeys[row], scratch.EndKeys[row]) = _batch.VisibleKeys(request, query, _layer.Window);
            scratch.Positions[row] = _batch.Position(request, query);
        }
    }

    private void ClearTotals(in RowTile tile)
    {
        new Span<float>(scratch.Maxima, tile.RowCount).Fill(float.NegativeInfinity);
        new Span<float>(scratch.Sums, tile.RowCount).Clear();
        new Span<float>(scratch.Output, tile.RowCount * scratch.OutputStride).Clear();
    }

    private void AttendChunk(in RowTile tile, int keyValueHead, int chunk, int endOfItem)
    {
        new Span<float>(scratch.ChunkMaxima, tile.RowCount).Fill(float.NegativeInfinity);
        new Span<float>(scratch.ChunkSums, tile.RowCount).Clear();
        new Span<float>(scratch.ChunkOutput, tile.RowCount * scratch.OutputStride).Clear();

        int first = Math.Max(tile.FirstKey, chunk * KeyBlocks.ChunkLength);
        int end = Math.Min(tile.EndKey, (chunk + 1) * KeyBlocks.ChunkLength);
        while (first < end)
        {
            int next = Math.Min(end, (first / KeyBlocks.BlockLength + 1) * KeyBlocks.BlockLength);
            if (FindVisible(tile, first, next - first) && !IsHidden(tile, keyValueHead, first, next, out bool isFull))
                AttendBlock(tile, keyValueHead, first, next - first, Math.Min(endOfItem - next, KeyBlocks.BlockLength), isFull);
            first = next;
        }
    }

    /// <summary>Finds what each row sees of a block.</summary>
    /// <returns>Whether some row sees something.</returns>
    private bool FindVisible(in RowTile tile, int firstKey, int count)
    {
        bool isVisible = false;
        for (int row = 0; row < tile.RowCount; row++)
        {
            int start = Math.Clamp(scratch.FirstKeys[row] - firstKey, 0, count);
            int end = Math.Clamp(scratch.EndKeys[row] - firstKey, 0, count);
            bool isEmpty = end <= start;
            scratch.Starts[row] = isEmpty ? 0 : start;
            scratch.Ends[row] = isEmpty ? 0 : end;
            isVisible |= !isEmpty;
        }

        return isVisible;
    }

    /// <summary>Asks the transform about a block.</summary>
    private bool IsHidden(in RowTile tile, int keyValueHead, int firstKey, int endKey, out bool isFull)
    {
        isFull = false;
        if (_layer.Transform is not { } transform || tile.IsShared)
            return false;

        int firstHead = keyValueHead * _layer.Group;
        int lowest = int.MaxValue, highest = int.MinValue;
        for (int row = 0; row < tile.RowCount; row++)
        {
            lowest = Math.Min(lowest, scratch.Positions[row]);
            highest = Math.Max(highest, scratch.Positions[row]);
        }

        BlockVisibility visibility = transform.Visibility(
            tile.Request, firstHead, firstHead + _layer.Group - 1, lowest, highest, firstKey, endKey - 1);
        isFull = visibility == BlockVisibility.Full;
        return visibility == BlockVisibility.None;
    }

    /// <summary>Attends to a block, and asks for the keys after it.</summary>
    private void AttendBlock(in RowTile tile, int keyValueHead, int firstKey, int count, int nextCount, bool isFull)
    {
        Find(pass.Keys, keyValueHead, firstKey, count, scratch.KeyRows);
        Find(pass.Values, keyValueHead, firstKey, count, scratch.ValueRows);
        ComputeScores(tile, count);
        for (int row = 0; row < tile.RowCount; row++)
            scratch.Corrections[row] = WeighRow(tile, keyValueHead, row, firstKey, count, isFull);

        if (tile.RowCount <= _kernels.RowsInPlace && _layer.ValueHeadSize == scratch.PaddedValueHeadSize
            && _kernels.AreFinite(scratch.ValueRows, count, _layer.ValueHeadSize))
        {
            byte** ahead = scratch.ValueRows;
            if (nextCount > 0)
                Find(pass.Keys, keyValueHead, firstKey + count, nextCount, ahead = scratch.KeyRows);
            _kernels.AccumulateInPlace(
                scratch.Scores, scratch.ScoreStride, tile.RowCount, scratch.ValueRows, ahead, scratch.Starts, scratch.Ends,
                scratch.Corrections, scratch.ChunkOutput, scratch.OutputStride, scratch.PaddedValueHeadSize);
            return;
        }

        bool isFinite = _kernels.Widen(
            scratch.ValueRows, count, _layer.ValueHeadSize, scratch.Values, scratch.OutputStride, scratch.PaddedValueHeadSize);
        _kernels.AccumulateWidened(
            scratch.Scores, scratch.ScoreStride, tile.RowCount, scratch.Values, scratch.OutputStride, isFinite, scratch.Starts, scratch.Ends,
            scratch.Corrections, scratch.ChunkOutput, scratch.OutputStride, scratch.PaddedValueHeadSize);
    }

    /// <summary>Finds the addresses of keys or values of a block, of which the last is repeated.</summary>
    private void Find(in KeyRows source, int keyValueHead, int firstKey, int count, byte** rows)
    {
        source.Find(_batch, scratch.Requests[0], keyValueHead, firstKey, count, rows);
        new Span<nint>(rows + count, KeyBlocks.BlockLength - count).Fill((nint)rows[count - 1]);
    }

    private void ComputeScores(in RowTile tile, int count)
    {
        if (tile.RowCount <= _kernels.RowsInPlace && _layer.Options.HeadSize % _kernels.VectorLength == 0)
        {
            _kernels.ScoreInPlace(
                scratch.Queries, scratch.QueryStride, tile.RowCount, scratch.KeyRows, _layer.Options.HeadSize, scratch.Scores, scratch.ScoreStride,
                scratch.Ends, scratch.ValueRows, _layer.ValueHeadSize * _kernels.CacheElementSize);
            return;
        }

        _kernels.Widen(scratch.KeyRows, count, _layer.Options.HeadSize, scratch.Keys, scratch.QueryStride, scratch.PaddedHeadSize);
        _kernels.ScoreWidened(
            scratch.Queries, scratch.QueryStride, tile.RowCount, scratch.WidenedKeys, scratch.PaddedHeadSize, scratch.Scores, scratch.ScoreStride, scratch.Ends);
    }

    /// <summary>Makes a row's scores of a block weights.</summary>
    /// <returns>What the row's output so far is multiplied by.</returns>
    private float WeighRow(in RowTile tile, int keyValueHead, int row, int firstKey, int count, bool isFull)
    {
        float* scores = scratch.Scores + ((nint)row * scratch.ScoreStride);
        int start = scratch.Starts[row], end = scratch.Ends[row];
        int first = start & ~(KeyBlocks.Alignment - 1), last = (end + KeyBlocks.Alignment - 1) & ~(KeyBlocks.Alignment - 1);
        float correction = 1;
        if (end > start)
        {
            ChangeScores(tile, keyValueHead, row, scores, first, last, firstKey, isFull);
            new Span<float>(scores + first, start - first).Fill(float.NegativeInfinity);
            new Span<float>(scores + end, last - end).Fill(float.NegativeInfinity);
            correction = _kernels.SoftmaxStep(scores, first, last, ref scratch.ChunkMaxima[row], ref scratch.ChunkSums[row]);
        }

        // Other rows of the tile see more of the block than this one.
        new Span<float>(scores, first).Clear();
        new Span<float>(scores + last, Math.Max(0, count - last)).Clear();
        return correction;
    }

    private void ChangeScores(in RowTile tile, int keyValueHead, int row, float* scores, int first, int last, int firstKey, bool isFull)
    {
        int head = Head(tile, keyValueHead, row), position = scratch.Positions[row];
        if (_layer.SoftCapFactor is { } cap)
            _kernels.SoftCap(scores, first, last, cap);
        if (_layer.Slopes.Length > 0)
            _kernels.AddLinearBias(scores, first, last, _layer.Slopes[head], position - firstKey);
        if (_batch.IsTree(scratch.Requests[row]))
            HideOtherBranches(row, scores, firstKey, _layer.Slopes.Length > 0 ? _layer.Slopes[head] : 0);
        if (_layer.Transform is not { } transform || _layer.UnitAfterTransform is not { } unit)
            return;

        if (!isFull || transform.ChangesVisibleScores)
        {
            int start = scratch.Starts[row];
            transform.Apply(new Span<float>(scores + start, scratch.Ends[row] - start), scratch.Requests[row], head, position, firstKey + start);
        }

        _kernels.Multiply(scores, first, last, unit);
    }

    /// <summary>Hides new tokens of a tree that are not before the row's own, and gives the others a bias by depth.</summary>
    private void HideOtherBranches(int row, float* scores, int firstKey, float slope)
    {
        int request = scratch.Requests[row];
        int computed = _batch.KeyCount(request) - _batch.QueryCount(request);
        ulong ancestors = _batch.Ancestors(request, scratch.QueryIndices[row]);
        int position = scratch.Positions[row];
        for (int key = Math.Max(scratch.Starts[row], computed - firstKey); key < scratch.Ends[row]; key++)
        {
            int token = firstKey + key - computed;
            int keyPosition = computed + BitOperations.PopCount(ancestors & ((1UL << token) - 1));
            bool isVisible = ((ancestors >> token) & 1) != 0 && position - keyPosition < _layer.Window;

            // The bias was added for a distance counted in the order of tokens.
            scores[key] = isVisible
                ? scores[key] + (slope * (Math.Abs(position - firstKey - key) - (position - keyPosition)))
                : float.NegativeInfinity;
        }
    }

    private void MergeChunk(in RowTile tile)
    {
        for (int row = 0; row < tile.RowCount; row++)
            MergeRow(row, scratch.ChunkMaxima[row], scratch.ChunkSums[row], scratch.ChunkOutput + ((nint)row * scratch.OutputStride));
    }

    private void MergeSlot(int row, in RowTile tile, int keyValueHead, int chunk, int rowInTile)
    {
        float* output = pass.Slot(tile, keyValueHead, chunk);
        float* maxima = output + ((nint)tile.RowCount * scratch.OutputStride);
        MergeRow(row, maxima[rowInTile], maxima[tile.RowCount + rowInTile], output + ((nint)rowInTile * scratch.OutputStride));
    }

    private void MergeRow(int row, float maximum, float sum, float* output) =>
        _kernels.Merge(
            ref scratch.Maxima[row], ref scratch.Sums[row], scratch.Output + ((nint)row * scratch.OutputStride), maximum, sum, output, scratch.PaddedValueHeadSize);

    private void KeepChunk(in RowTile tile, int keyValueHead, int chunk)
    {
        float* output = pass.Slot(tile, keyValueHead, chunk);
        int rows = tile.RowCount, length = rows * scratch.OutputStride;
        new ReadOnlySpan<float>(scratch.ChunkOutput, length).CopyTo(new Span<float>(output, length));
        new ReadOnlySpan<float>(scratch.ChunkMaxima, rows).CopyTo(new Span<float>(output + length, rows));
        new ReadOnlySpan<float>(scratch.ChunkSums, rows).CopyTo(new Span<float>(output + length + rows, rows));
    }

    private void WriteRows(in RowTile tile, int keyValueHead)
    {
        for (int row = 0; row < tile.RowCount; row++)
        {
            int token = Token(row), head = Head(tile, keyValueHead, row);
            float maximum = scratch.Maxima[row], sum = scratch.Sums[row], factor = 1;
            bool isEmpty = float.IsNegativeInfinity(maximum) && sum == 0;
            if (!isEmpty && _layer.Sinks.Length > 0)
                (maximum, sum, factor) = WithSink(maximum, sum, _layer.Sinks[head]);

            _kernels.StoreOutput(
                scratch.Output + ((nint)row * scratch.OutputStride), _layer.ValueHeadSize,
                isEmpty ? 0 : _layer.Options.ValueScale * factor / sum, pass.Output[token, head]);
            if (pass.LogSumExp is not null)
            {
                pass.LogSumExp[(head * pass.LogSumExpHeadStride) + (token * pass.LogSumExpTokenStride)] =
                    isEmpty ? float.NegativeInfinity : (float)((maximum + Math.Log2(sum)) * NaturalLogOfTwo);
            }
        }
    }

    private const double NaturalLogOfTwo = 0.6931471805599453;

    /// <summary>Takes a sink into a row's sum.</summary>
    /// <returns>The maximum and the sum with it, and what output relative to the old maximum is multiplied by.</returns>
    private static (float Maximum, float Sum, float Factor) WithSink(float maximum, float sum, float sink)
    {
        float next = Math.Max(maximum, sink);
        float factor = MathF.Pow(2, maximum - next);
        return (next, (sum * factor) + MathF.Pow(2, sink - next), factor);
    }
}
