using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Pins;

/// <summary>PUT /channels/{channel_id}/messages/pins/{message_id}: pins a message.</summary>
internal sealed class CreatePin(Pinning pinning) : IEndpoint
{
    public Route Route => Route.Put("create_pin", "/channels/{channel_id}/messages/pins/{message_id}") with { RateLimit = RateLimit.Per("pins", 5, 5) };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => pinning.SetAsync(request, pinned: true);
}
