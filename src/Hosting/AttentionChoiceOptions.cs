namespace AttentionGen.Hosting;

/// <summary>A backend for a part of a model. At least one of <see cref="Layers"/>, <see cref="LayerKind"/> and <see cref="Phase"/> is given.</summary>
public sealed class AttentionChoiceOptions
{
    /// <summary>The backend's name in any case, or <c>auto</c> to except the part from a wider choice. Required.</summary>
    public string? Backend { get; set; }

    /// <summary>The layers, as numbers from 0 and ranges: <c>0-3,7</c>. Null: all.</summary>
    public string? Layers { get; set; }

    /// <summary>The kind of layer: the name of an <see cref="AttentionLayerKind"/>, in any case. Null: all.</summary>
    public string? LayerKind { get; set; }

    /// <summary><c>Prefill</c>, <c>Decode</c> or <c>Draft</c>, in any case. Null: all.</summary>
    public string? Phase { get; set; }
}
