namespace AttentionGen.Generators;

/// <summary>Keys of what an analyzer tells the fix of its diagnostic.</summary>
internal static class FixProperties
{
    /// <summary>What the fix has to do, where a rule has several: one of <see cref="FixKinds"/>.</summary>
    public const string Kind = nameof(Kind);

    /// <summary>The name to give to a backend.</summary>
    public const string Name = nameof(Name);

    /// <summary>The member of <c>Backend</c> to use.</summary>
    public const string Member = nameof(Member);

    /// <summary>The member of <c>Backend</c> that the class is called after, to offer before <see cref="Member"/>.</summary>
    public const string MemberNamedLikeClass = nameof(MemberNamedLikeClass);

    /// <summary>The first member of <c>Backend</c>, to offer after <see cref="Member"/>.</summary>
    public const string FirstMember = nameof(FirstMember);

    /// <summary>The metadata name of the application's registry class.</summary>
    public const string Registry = nameof(Registry);
}
