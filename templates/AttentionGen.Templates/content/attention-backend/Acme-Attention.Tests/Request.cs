namespace Acme.Attention.Tests;

/// <summary>All tokens of one request: row t * heads + h belongs to head h of token t.</summary>
internal sealed record Request(float[][] Query, float[][] Keys, float[][] Values, int[] Pages);
