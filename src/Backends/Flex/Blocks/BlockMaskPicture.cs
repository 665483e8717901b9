using System.Globalization;
using System.Text;

namespace AttentionGen.Flex;

/// <summary>Draws a <see cref="BlockMask"/> in text.</summary>
internal static class BlockMaskPicture
{
    private const int LargestGrid = 20;
    private const int MostPictures = 4;

    public static string Draw(BlockMask mask)
    {
        BlockMaskShape shape = mask.Shape;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"BlockMask(shape=({shape.Requests}, {shape.QueryHeads}, {shape.Queries}, {shape.Keys}), sparsity={100 * mask.Sparsity:0.00}%,\n");
        int pictures = 0;
        for (int request = 0; request < shape.Requests; request++)
        {
            for (int head = 0; head < shape.QueryHeads; head++)
            {
                if (pictures++ == MostPictures)
                    return text.Append("...)").ToString();
                Draw(mask, request, head, text);
            }
        }

        return text.Append(')').ToString();
    }

    private static void Draw(BlockMask mask, int request, int head, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"(request {request}, head {head})\n");
        int rows = Step(mask.QueryBlocks), columns = Step(mask.KeyBlocks);
        for (int row = 0; row < mask.QueryBlocks; row += rows)
        {
            int start = text.Length;
            for (int column = 0; column < mask.KeyBlocks; column += columns)
                text.Append(Symbol(mask, request, head, row, Math.Min(row + rows, mask.QueryBlocks), column, Math.Min(column + columns, mask.KeyBlocks)), 2);
            while (text.Length > start && text[^1] == ' ')
                text.Length--;
            text.Append('\n');
        }
    }

    private static int Step(int blocks) => (blocks + LargestGrid - 1) / LargestGrid;

    private static char Symbol(BlockMask mask, int request, int head, int firstRow, int endRow, int firstColumn, int endColumn)
    {
        bool allFull = true, allEmpty = true;
        for (int row = firstRow; row < endRow; row++)
        {
            for (int column = firstColumn; column < endColumn; column++)
            {
                MaskBlock block = mask[request, head, row, column];
                allFull &= block == MaskBlock.Full;
                allEmpty &= block == MaskBlock.Empty;
            }
        }

        return allFull ? '█' : allEmpty ? ' ' : '░';
    }
}
