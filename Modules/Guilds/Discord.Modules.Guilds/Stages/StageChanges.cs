using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Stages;

/// <summary>Opening, changing and closing stages: the row, the event, the audit log, and the note in the channel's text chat.</summary>
internal sealed class StageChanges(AuditTrail audit)
{
    /// <param name="notifies">Everybody is told that the stage has started.</param>
    /// <returns>The guild afterwards.</returns>
    public GuildState Open(WriteUnit unit, GuildState state, StageInstance stage, Doer by, bool notifies = false)
    {
        var next = state.WithObject(stage);
        GuildStore.Save(unit, state.Id, stage).Publish(new StageInstanceCreated(state.Id, stage.ChannelId, stage.ForGateway), next);
        Write(unit, next, AuditLogEvent.StageInstanceCreate, null, stage, by);
        Note(unit, next, stage, by, MessageType.StageStart, notifies);
        return next;
    }

    public GuildState Update(WriteUnit unit, GuildState state, StageInstance before, StageInstance after, Doer by)
    {
        var next = state.WithObject(after);
        GuildStore.Save(unit, state.Id, after).Publish(new StageInstanceUpdated(state.Id, after.ChannelId, after.ForGateway), next);
        Write(unit, next, AuditLogEvent.StageInstanceUpdate, before, after, by);
        if (after.Topic != before.Topic)
            Note(unit, next, after, by, MessageType.StageTopic);
        return next;
    }

    public GuildState Close(WriteUnit unit, GuildState state, StageInstance stage, Doer by)
    {
        var next = state.WithoutObject<StageInstance>(stage.Id);
        GuildStore.Delete<StageInstance>(unit, state.Id, stage.Id).Publish(new StageInstanceDeleted(state.Id, stage.ChannelId, stage.ForGateway), next);
        Write(unit, next, AuditLogEvent.StageInstanceDelete, stage, null, by);
        Note(unit, next, stage, by, MessageType.StageEnd);
        return next;
    }

    private void Write(WriteUnit unit, GuildState state, AuditLogEvent action, StageInstance? before, StageInstance? after, Doer by)
    {
        var stage = (after ?? before)!;
        if (by.UserId is { } userId)
            audit.Write(unit, state, userId, action, stage.Id, by.Reason, AuditChanges.Between(before?.Audited, after?.Audited), new AuditLogOptions { ChannelId = stage.ChannelId });
    }

    // A message has an author: what the platform does is not noted.
    private static void Note(WriteUnit unit, GuildState state, StageInstance stage, Doer by, MessageType type, bool notifies = false)
    {
        if (by.UserId is { } userId)
            unit.Publish(new SystemMessageCaused(state.Id, stage.ChannelId, userId, type) { Content = stage.Topic, MentionsEveryone = notifies }, state);
    }
}
