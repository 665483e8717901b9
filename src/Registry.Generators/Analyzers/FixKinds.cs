namespace AttentionGen.Generators;

/// <summary>Values of <see cref="FixProperties.Kind"/>.</summary>
internal static class FixKinds
{
    public const string RemoveAbstract = nameof(RemoveAbstract);
    public const string RemoveStatic = nameof(RemoveStatic);
    public const string RemoveFile = nameof(RemoveFile);
    public const string MakeTypeInternal = nameof(MakeTypeInternal);
    public const string AddConstructor = nameof(AddConstructor);
    public const string MakeConstructorInternal = nameof(MakeConstructorInternal);
    public const string Rename = nameof(Rename);
    public const string UseMember = nameof(UseMember);
    public const string RemoveArgument = nameof(RemoveArgument);
    public const string RemoveDeclaration = nameof(RemoveDeclaration);
}
