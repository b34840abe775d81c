using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>A direct message channel was opened, or somebody came into a group: people's clients learn of it, bots learn by the first message.</summary>
public sealed record DirectMessageOpened(Channel Channel, Snowflake UserId) : GatewayEvent
{
    public override string Name => "CHANNEL_CREATE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users([UserId], Channel.Id);
    public override object Data => Channel;
}

/// <summary>A group's name, icon or owner changed, as one of its members sees it.</summary>
public sealed record GroupUpdated(Channel Channel, Snowflake UserId) : GatewayEvent
{
    public override string Name => "CHANNEL_UPDATE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users([UserId], Channel.Id);
    public override object Data => Channel;
}

/// <summary>
/// A user closed a direct message channel, and their other clients drop it from the list: a new message opens it again. Or they are out of a group.
/// </summary>
public sealed record DirectMessageClosed(Channel Channel, Snowflake UserId) : GatewayEvent
{
    public override string Name => "CHANNEL_DELETE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users([UserId], Channel.Id);
    public override object Data => Channel;
}

/// <param name="Members">Who was in the group before.</param>
public sealed record RecipientAdded(Snowflake ChannelId, User User, IReadOnlyList<Snowflake> Members) : GatewayEvent
{
    public override string Name => "CHANNEL_RECIPIENT_ADD";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users(Members, ChannelId);
    public override object Data => new { channel_id = ChannelId, user = User };
}

/// <param name="Members">Who is still in the group.</param>
public sealed record RecipientRemoved(Snowflake ChannelId, User User, IReadOnlyList<Snowflake> Members) : GatewayEvent
{
    public override string Name => "CHANNEL_RECIPIENT_REMOVE";
    public override Intents Intents => Intents.DirectMessages;
    public override Audience Audience => Audience.Users(Members, ChannelId);
    public override object Data => new { channel_id = ChannelId, user = User };
}
