using System.Buffers.Binary;
using System.Text;

namespace TextGeneration.Tests.Safetensors;

/// <summary>Puts safetensors files together by hand, valid and not.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataLength) => Of(header, [.. Enumerable.Range(0, dataLength).Select(index => (byte)index)]);

    public static byte[] Of(string header, byte[] data) => Of(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Of(byte[] header, byte[] data) => Of((ulong)header.Length, header, data);

    public static byte[] Of(ulong declaredLength, byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, declaredLength);
        return [.. length, .. header, .. data];
    }

    public static string Tensor(string name, string dtype, string shape, long begin, long end) =>
        $$"""
        "{{name}}":{"dtype":"{{dtype}}","shape":{{shape}},"data_offsets":[{{begin}},{{end}}]}
        """;
}
