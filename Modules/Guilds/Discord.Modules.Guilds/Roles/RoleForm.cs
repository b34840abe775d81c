using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Roles;

/// <summary>The fields that creating and editing a role share.</summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Create Guild Role". The old "color" and "colors.primary_color" are one value.</remarks>
internal sealed class RoleForm
{
    private const int MaxColor = 0xFFFFFF;

    private readonly Form _form;
    private readonly int? _color;
    private readonly RoleColors? _colors;
    private readonly bool? _hoist;
    private readonly bool? _mentionable;
    private readonly string? _emoji;

    public RoleForm(Form form)
    {
        _form = form;
        Name = form.String("name", 1, 100)?.Trim();
        if (Name is { Length: 0 })
            form.Fail("name", "BASE_TYPE_REQUIRED", "This field is required");
        Permissions = form.Bits("permissions");
        _color = form.Int("color", 0, MaxColor);
        _hoist = form.Bool("hoist");
        _mentionable = form.Bool("mentionable");
        _emoji = form.String("unicode_emoji", 1, 100, nullable: true);
        if (form.Object("colors") is { } colors)
        {
            _colors = new RoleColors(colors.Int("primary_color", 0, MaxColor) ?? 0)
            {
                SecondaryColor = colors.Int("secondary_color", 0, MaxColor, nullable: true),
                TertiaryColor = colors.Int("tertiary_color", 0, MaxColor, nullable: true),
            };
        }
    }

    public string? Name { get; }

    public Permissions? Permissions { get; }

    public Role Apply(Role role)
    {
        var colors = _colors ?? (_color is { } color ? new RoleColors(color) : role.Colors);
        return role with
        {
            Name = Name ?? role.Name,
            Permissions = Permissions ?? role.Permissions,
            Color = colors.PrimaryColor,
            Colors = colors,
            Hoist = _hoist ?? role.Hoist,
            Mentionable = _mentionable ?? role.Mentionable,
            UnicodeEmoji = _form.Has("unicode_emoji") ? _emoji : role.UnicodeEmoji,
        };
    }
}
