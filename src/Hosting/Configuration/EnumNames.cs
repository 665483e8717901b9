namespace AttentionGen.Hosting;

/// <summary>Reads a member of an enum by its name alone: the enum's own parser takes numbers and lists too.</summary>
internal static class EnumNames
{
    public static T? Find<T>(string name)
        where T : struct, Enum
    {
        foreach (T member in Enum.GetValues<T>())
        {
            if (name.Trim().Equals(member.ToString(), StringComparison.OrdinalIgnoreCase))
                return member;
        }

        return null;
    }
}
