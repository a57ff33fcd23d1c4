"""What of a bot is exposed where, by its config and the files around it: nothing is sent, and no platform is asked."""

from bot.inspect.deployment.surveying import survey
from bot.inspect.deployment.told import DeploymentGroup, DeploymentLine

__all__ = ["DeploymentGroup", "DeploymentLine", "survey"]
