using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Notes;

/// <summary>GET /users/@me/notes/{user_id}: the caller's note about somebody; 404 when there is none.</summary>
internal sealed class GetMyNote(RelationshipStore store) : IEndpoint
{
    public Route Route => Route.Get("get_my_note", "/users/@me/notes/{user_id}") with { Access = Access.Users };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var about = request.Id("user_id");
        return await store.NoteAsync(request.UserId, about) is { } note ? Reply.Ok(new { user_id = request.UserId, note_user_id = about, note }) : ApiError.UnknownUser;
    }
}
