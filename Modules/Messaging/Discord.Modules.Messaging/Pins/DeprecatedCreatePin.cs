using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Pins;

/// <summary>PUT /channels/{channel_id}/pins/{message_id}: pins a message, by the older path.</summary>
internal sealed class DeprecatedCreatePin(Pinning pinning) : IEndpoint
{
    public Route Route => Route.Put("deprecated_create_pin", "/channels/{channel_id}/pins/{message_id}") with { RateLimit = RateLimit.Per("pins", 5, 5) };

    public ValueTask<Reply> HandleAsync(ApiRequest request) => pinning.SetAsync(request, pinned: true);
}
