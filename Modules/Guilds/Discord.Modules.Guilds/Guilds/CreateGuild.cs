using System.Collections.Immutable;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>POST /guilds: a new guild with a text channel "general" and a voice channel, each in its category. The caller owns it.</summary>
/// <remarks>A user-account operation: protocol.md 1.1. Bots may not. Fires GUILD_CREATE to the caller's sessions.</remarks>
internal sealed class CreateGuild(GuildHomes homes, Database database, Lanes lanes, SnowflakeGenerator ids, IMediator mediator, IImages images) : IEndpoint
{
    /// <summary>Source: Discord docs, JSON error 30001.</summary>
    private const int MaxGuildsOfUser = 100;

    public Route Route => Route.Post("create_guild", "/guilds") with { Access = Access.Users, RateLimit = RateLimit.Per("create_guild", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var name = form.String("name", 2, 100, required: true)?.Trim();
        var verification = form.Int("verification_level", 0, 4);
        var notifications = form.Choice("default_message_notifications", 0, 1);
        var filter = form.Choice("explicit_content_filter", 0, 1, 2);
        if (name is { Length: < 2 })
            form.Fail("name", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.");
        using var icon = await images.ReadAsync(form, "icon", ImageKind.GuildIcon, request.Cancelled);
        if (form.Error is { } invalid)
            return invalid;
        if (await mediator.Send(new GetUser(request.UserId), request.Cancelled) is not { } user)
            return ApiError.UnknownUser;
        if ((await homes.GuildsOfAsync(request.UserId)).Ids.Count >= MaxGuildsOfUser)
            return ApiError.MaximumGuilds;

        var id = ids.Next();
        var textCategory = NewChannel(id, ChannelType.GuildCategory, "Text Channels", 0, null);
        var voiceCategory = NewChannel(id, ChannelType.GuildCategory, "Voice Channels", 1, null);
        var general = NewChannel(id, ChannelType.GuildText, "general", 0, textCategory.Id);
        var voice = NewChannel(id, ChannelType.GuildVoice, "General", 0, voiceCategory.Id);
        var channels = new[] { textCategory, voiceCategory, general, voice };
        var everyone = new Role { Id = id, Name = "@everyone", Permissions = Permissions.DefaultEveryone };
        var settings = new Guild
        {
            Id = id,
            Name = name!,
            Icon = icon.Hash,
            OwnerId = request.UserId,
            SystemChannelId = general.Id,
            VerificationLevel = verification ?? 0,
            DefaultMessageNotifications = notifications ?? 0,
            ExplicitContentFilter = filter ?? 0,
        };

        var home = homes.NewHome(id);
        var state = new GuildState(home, settings, ImmutableDictionary<Snowflake, Role>.Empty.Add(id, everyone), channels.ToImmutableDictionary(channel => channel.Id), GuildObjects.None);
        var owner = new MemberState(request.UserId, null, MemberState.NoRoles, Timestamp.From(homes.Now), null, 0);

        var unit = GuildStore.Save(GuildStore.Save(new WriteUnit(), settings), id, everyone);
        foreach (var channel in channels)
            GuildStore.Save(unit, channel);
        icon.Keep(unit, id, null, id);
        home.Members.Add(unit, owner, user).Publish(new GuildFounded(id, request.UserId), state);
        unit.Then(() =>
        {
            home.State = state;
            homes.NoteGuild(home, id);
            foreach (var channel in channels)
                homes.NoteChannel(channel.Id, id);
            homes.NoteMember(request.UserId, id, isMember: true);
        });
        using var turn = await lanes[id].EnterAsync(request.Cancelled);
        await database.CommitAsync(unit);
        return Reply.Created(state.Wire);
    }

    private Channel NewChannel(Snowflake guildId, ChannelType type, string name, int position, Snowflake? parent) => new()
    {
        Id = ids.Next(),
        GuildId = guildId,
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
