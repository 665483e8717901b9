namespace AttentionGen.Conformance.Cases;

/// <summary>Changes of a case that touch several of its members.</summary>
internal static class AttentionCaseExtensions
{
    /// <summary>The case over another batch.</summary>
    public static AttentionCase With(this AttentionCase attentionCase, NamedBatch batch) =>
        attentionCase with { Batch = batch.Name, Requests = batch.Requests };

    /// <summary>The case with heads of another size; a latent row's value is all but 64 of its elements.</summary>
    public static AttentionCase WithHeadSize(this AttentionCase attentionCase, int size) =>
        attentionCase with { HeadSize = size, ValueHeadSize = attentionCase.Form != AttentionForm.MultiHead && size > 64 ? size - 64 : null };

    /// <summary>The case with other numbers of heads; a latent cache has one.</summary>
    public static AttentionCase WithHeads(this AttentionCase attentionCase, int queryHeads, int keyValueHeads) => attentionCase with
    {
        QueryHeads = queryHeads,
        KeyValueHeads = attentionCase.Form == AttentionForm.MultiHead ? keyValueHeads : 1,
    };
}
