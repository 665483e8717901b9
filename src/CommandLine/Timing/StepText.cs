using System.Globalization;

namespace AttentionGen.CommandLine.Timing;

/// <summary>The shape of a step on the command line: <c>decode:16x4096</c> is a decode of 16 requests of 4,096 keys each.</summary>
internal readonly record struct StepText(AttentionPhase Phase, int Requests, int ContextLength)
{
    public static bool TryParse(string text, out StepText step)
    {
        step = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int cross = text.IndexOf('x', Math.Max(colon, 0));
        if (colon < 0 || cross < 0
            || !TryParsePhase(text[..colon], out AttentionPhase phase)
            || !TryParseNumber(text[(colon + 1)..cross], out int requests)
            || !TryParseNumber(text[(cross + 1)..], out int length))
        {
            return false;
        }

        step = new(phase, requests, length);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Phase == AttentionPhase.Decode ? "decode" : "prefill")}:{Requests}x{ContextLength}");

    private static bool TryParsePhase(string text, out AttentionPhase phase)
    {
        phase = text.Equals("decode", StringComparison.OrdinalIgnoreCase) ? AttentionPhase.Decode : AttentionPhase.Prefill;
        return phase == AttentionPhase.Decode || text.Equals("prefill", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
