using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Users.Profiles;

/// <summary>The fields of a profile, everywhere and in one guild. Null empties one.</summary>
internal sealed class ProfileForm(Form form)
{
    public const int MaxBio = 190;
    private const int MaxPronouns = 40;
    private const int MaxColor = 0xFFFFFF;

    private readonly string? _bio = form.String("bio", 0, MaxBio, nullable: true);
    private readonly string? _pronouns = form.String("pronouns", 0, MaxPronouns, nullable: true);
    private readonly int? _color = form.Int("accent_color", 0, MaxColor, nullable: true);

    public string Bio(string old) => form.Has("bio") ? _bio ?? "" : old;

    public string Pronouns(string old) => form.Has("pronouns") ? _pronouns ?? "" : old;

    public int? AccentColor(int? old) => form.Has("accent_color") ? _color : old;
}
