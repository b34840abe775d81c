using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Users.Accounts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Notes;

/// <summary>PUT /users/@me/notes/{user_id}: writes something down about somebody that only the caller sees; empty or null removes it.</summary>
/// <remarks>Source: protocol.md 1.1, 2.4. Fires USER_NOTE_UPDATE to the caller.</remarks>
internal sealed class SetMyNote(UserDirectory directory, Database database, Lanes lanes) : IEndpoint
{
    private const int MaxLength = 256;

    public Route Route => Route.Put("set_my_note", "/users/@me/notes/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var note = body.Value.String("note", nullable: true) ?? "";
        if (body.Value.Error is { } invalid)
            return invalid;
        if (note.Length > MaxLength)
            return ApiError.NoteTooLong;
        if (await directory.FindAsync(request.Id("user_id")) is not { } about)
            return ApiError.UnknownUser;
        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        await database.CommitAsync(RelationshipStore.SaveNote(new WriteUnit(), request.UserId, about.Id, note).Publish(new UserNoteUpdated(request.UserId, about.Id, note)));
        return Reply.NoContent;
    }
}
