using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Roles;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>
/// The settings, roles and channels of a guild that is to be. Roles and channels have small numbers for ids, by which overwrites, parents and
/// settings name them; here they get real ones. Without channels there are the usual four.
/// </summary>
/// <remarks>Source: Discord docs, Resources, Guild, "Create Guild": the first role is @everyone, a category comes before what is in it.</remarks>
internal sealed class GuildPlan
{
    private const int MaxChannels = 500;

    private readonly SnowflakeGenerator _ids;
    private readonly Snowflake _guildId;
    private readonly IReadOnlyCollection<string> _voiceRegions;
    private readonly Dictionary<Snowflake, Snowflake> _roleIds = [];
    private readonly Dictionary<Snowflake, Channel> _channels = [];

    /// <summary>Reads a plan; what is wrong about it becomes an error of the form.</summary>
    public GuildPlan(Form form, Snowflake guildId, SnowflakeGenerator ids, IReadOnlyCollection<string> voiceRegions)
    {
        (_guildId, _ids, _voiceRegions) = (guildId, ids, voiceRegions);
        Roles = ReadRoles(form);
        var channels = form.Items("channels", MaxChannels);
        Channels = channels is { Count: > 0 } ? channels.Select(ReadChannel).ToList() : UsualChannels();
        Settings = new Guild
        {
            Id = guildId,
            Name = "",
            OwnerId = default,
            Description = form.String("description", 0, 300, nullable: true),
            VerificationLevel = form.Int("verification_level", 0, 4) ?? 0,
            DefaultMessageNotifications = form.Choice("default_message_notifications", 0, 1) ?? 0,
            ExplicitContentFilter = form.Choice("explicit_content_filter", 0, 1, 2) ?? 0,
            PreferredLocale = form.String("preferred_locale", 2, 10) ?? "en-US",
            AfkTimeout = form.Choice("afk_timeout", 60, 300, 900, 1800, 3600) ?? 300,
            AfkChannelId = ChannelOf(form, "afk_channel_id", ChannelType.GuildVoice),
            SystemChannelFlags = form.Int("system_channel_flags", 0, 63) ?? 0,
            SystemChannelId = channels is { Count: > 0 } ? ChannelOf(form, "system_channel_id", ChannelType.GuildText) : Channels.First(channel => channel.Type == ChannelType.GuildText).Id,
        };
    }

    /// <summary>Without name and owner.</summary>
    public Guild Settings { get; }

    public IReadOnlyList<Role> Roles { get; }

    public IReadOnlyList<Channel> Channels { get; }

    private List<Role> ReadRoles(Form form)
    {
        var everyone = new Role { Id = _guildId, Name = "@everyone", Permissions = Permissions.DefaultEveryone };
        // Where no role is listed, 0 names @everyone all the same.
        _roleIds[default] = _guildId;
        var items = form.Items("roles", RoleChanges.Max) ?? [];
        var roles = new List<Role> { everyone };
        for (var i = 0; i < items.Count; i++)
        {
            var fields = new RoleForm(items[i]);
            if (i == 0)
                roles[0] = everyone with { Permissions = fields.Permissions ?? everyone.Permissions };
            else
                roles.Add(fields.Apply(new Role { Id = _ids.Next(), Name = "new role", Permissions = everyone.Permissions, Position = i }));
            if (items[i].Long("id", 0) is { } number && !_roleIds.TryAdd(new Snowflake((ulong)number), roles[^1].Id) && i > 0)
                items[i].Fail("id", "BASE_TYPE_UNIQUE", "The id is there twice.");
        }

        return roles;
    }

    private Channel ReadChannel(Form form, int index)
    {
        var type = (ChannelType)(form.Choice("type", 0, 2, 4, 5, 13, 15, 16) ?? 0);
        var fields = new ChannelForm(form, creating: true);
        fields.CheckFor(type, _voiceRegions);
        fields.CheckEmojis(GuildObjects.None);
        Channel? parent = null;
        if (fields.Parent is { } parentNumber && (!_channels.TryGetValue(parentNumber, out parent) || parent.Type != ChannelType.GuildCategory || type == ChannelType.GuildCategory))
            form.Fail("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist");
        var overwrites = new List<Overwrite>();
        foreach (var (wanted, number) in (fields.WantedOverwrites ?? []).Select((wanted, number) => (wanted, number)))
        {
            if (wanted.Type is null or 0 && _roleIds.TryGetValue(wanted.Id, out var roleId))
                overwrites.Add(new Overwrite(roleId, 0, wanted.Allow, wanted.Deny));
            else
                form.Fail($"permission_overwrites.{number}.id", "CHANNEL_OVERWRITE_INVALID", "Not a role of this guild.");
        }

        if (form.Error is not null)
            return NewChannel(type, "", index, null);
        var channel = fields.Apply(NewChannel(type, "", index, parent?.Id) with { PermissionOverwrites = overwrites.DistinctBy(overwrite => overwrite.Id).ToList() }, _ids);
        if (form.Id("id", nullable: true) is { } id && !_channels.TryAdd(id, channel))
            form.Fail("id", "BASE_TYPE_UNIQUE", "The id is there twice.");
        return channel;
    }

    private Snowflake? ChannelOf(Form form, string name, ChannelType type)
    {
        if (form.Id(name, nullable: true) is not { } number)
            return null;
        if (_channels.TryGetValue(number, out var channel) && (channel.Type == type || (type, channel.Type) == (ChannelType.GuildText, ChannelType.GuildAnnouncement)))
            return channel.Id;
        form.Fail(name, "CHANNEL_INVALID", "The channel is not one of this guild, or of the wrong type.");
        return null;
    }

    private List<Channel> UsualChannels()
    {
        var text = NewChannel(ChannelType.GuildCategory, "Text Channels", 0, null);
        var voice = NewChannel(ChannelType.GuildCategory, "Voice Channels", 1, null);
        return [text, voice, NewChannel(ChannelType.GuildText, "general", 0, text.Id), NewChannel(ChannelType.GuildVoice, "General", 0, voice.Id)];
    }

    private Channel NewChannel(ChannelType type, string name, int position, Snowflake? parent) => new()
    {
        Id = _ids.Next(),
        GuildId = _guildId,
        Type = type,
        Name = name,
        Position = position,
        ParentId = parent,
        PermissionOverwrites = [],
        RateLimitPerUser = type == ChannelType.GuildCategory ? null : 0,
        Nsfw = type == ChannelType.GuildCategory ? null : false,
        Bitrate = type == ChannelType.GuildVoice ? 64_000 : null,
        UserLimit = type == ChannelType.GuildVoice ? 0 : null,
    };
}
