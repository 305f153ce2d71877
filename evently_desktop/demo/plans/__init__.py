"""Seating plans drawn by code: a playhouse, a cellar with tables, an arena and a stadium."""

from evently_desktop.demo.plans.arena import arena
from evently_desktop.demo.plans.cellar import cellar
from evently_desktop.demo.plans.plan import Plan, PlanZone
from evently_desktop.demo.plans.playhouse import playhouse
from evently_desktop.demo.plans.stadium import stadium

__all__ = ["Plan", "PlanZone", "arena", "cellar", "playhouse", "stadium"]
